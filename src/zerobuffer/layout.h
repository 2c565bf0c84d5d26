/* The layout of a ring's shared memory (ZeroBuffer 1.0, little-endian):
 *
 *     0                    struct zb_oieb, 128 bytes
 *     128                  metadata block, metadata_size bytes, a multiple of 64, maybe 0
 *     128 + metadata_size  payload ring, payload_size bytes, a multiple of 64
 *
 * The metadata block holds a u64 length and that many bytes. A frame in the ring is a struct
 * zb_header and its data behind it, at any byte offset. A header of length 0 is a wrap marker: the
 * next frame is at the start of the ring. */
#ifndef ZB_LAYOUT_H
#define ZB_LAYOUT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"

#define ZB_BLOCK 64 /* the metadata block and the ring are multiples of this */
#define ZB_VERSION_MAJOR 1

/* Both processes map this, so every field is read and written by the __atomic builtins, and each
 * value is checked before it is used. */
struct zb_oieb {
	uint32_t oieb_size; /* 128 */
	uint8_t version[4]; /* major, minor, patch, 0 */
	uint64_t metadata_size;
	uint64_t metadata_free_bytes;	 /* writer's */
	uint64_t metadata_written_bytes; /* writer's: 8 + content, or 0 */
	uint64_t payload_size;
	uint64_t payload_free_bytes;	/* both: the writer subtracts, the reader adds */
	uint64_t payload_write_pos;	/* writer's */
	uint64_t payload_read_pos;	/* reader's */
	uint64_t payload_written_count; /* writer's: frames and wrap markers */
	uint64_t payload_read_count;	/* reader's: the same */
	uint64_t writer_pid;		/* 0 = none */
	uint64_t reader_pid;		/* 0 = closed */

	/* Reserved; other implementations leave it 0. luashot's writers store their pid and the
	 * count when they began, so that readers know which frames they have not written. */
	uint64_t begun_pid;
	uint64_t begun_count;
	uint64_t reserved[2];
};

struct zb_header {
	uint64_t length;   /* bytes of data behind it; 0 = wrap marker */
	uint64_t sequence; /* 1, 2, 3… for each writer */
};

static_assert(sizeof(struct zb_oieb) == 128, "the OIEB is 128 bytes");
static_assert(offsetof(struct zb_oieb, payload_free_bytes) == 40, "as the protocol has it");
static_assert(offsetof(struct zb_oieb, payload_written_count) == 64, "as the protocol has it");
static_assert(offsetof(struct zb_oieb, reader_pid) == 88, "as the protocol has it");
static_assert(sizeof(struct zb_header) == 16, "a header is 16 bytes");

/* Access to fields of the OIEB: a load is not torn, and writes before the store are visible after
 * the load. */
static inline uint64_t zb_load(const uint64_t *field)
{
	return __atomic_load_n(field, __ATOMIC_ACQUIRE);
}

static inline void zb_store(uint64_t *field, uint64_t value)
{
	__atomic_store_n(field, value, __ATOMIC_RELEASE);
}

/* Headers lie at any byte, and the peer may write during the read. The function copies a header
 * once, and the barrier keeps the compiler from reading it again. */
static inline struct zb_header zb_header_read(const uint8_t *at)
{
	struct zb_header header;
	memcpy(&header, at, sizeof header);
	__asm__ volatile("" ::: "memory");
	return header;
}

static inline void zb_header_write(uint8_t *at, uint64_t length, uint64_t sequence)
{
	memcpy(at, &(struct zb_header){length, sequence}, sizeof(struct zb_header));
}

/* The writer of a frame, as far as known. */
struct zb_origin {
	uint64_t pid;	/* the writer's pid when the frame was read */
	uint64_t count; /* the count of frames and markers up to this one */
};

/* Whether the frame of that origin is of the ring's present writer. */
bool zb_origin_is_current(const struct zb_origin *origin, const struct zb_oieb *oieb);

/* The requested sizes of a new ring's two blocks. */
struct zb_config {
	uint64_t metadata_size; /* may be 0 */
	uint64_t payload_size;	/* 1 or more */
};

#define ZB_CONFIG_DEFAULT ((struct zb_config){1024, 1 << 20})

/* The layout of one ring, fixed when it is created or attached: it is not read from shared memory
 * again.
 */
struct zb_geometry {
	uint64_t metadata_size;	 /* rounded up to ZB_BLOCK */
	uint64_t payload_size;	 /* rounded up to ZB_BLOCK */
	uint64_t payload_offset; /* of the ring, from the start of the object */
	uint64_t object_size;
};

/* The geometry of a new ring. EINVAL when the payload is empty or the sum is not a possible size.
 * */
bool zb_geometry_plan(
	struct zb_geometry *geometry, const struct zb_config *config, struct shot_error *err);

/* The geometry that `oieb` (a private copy) claims, checked against the `size` of its object.
 * ECORRUPT, or EVERSION when it is of another major version. */
bool zb_geometry_check(struct zb_geometry *geometry, const struct zb_oieb *oieb, uint64_t size,
	struct shot_error *err);

#endif
