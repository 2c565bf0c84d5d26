#include "zerobuffer/layout.h"

#include <inttypes.h>
#include <limits.h>

/* Half of what a number holds, and half of what a pointer reaches, so that no sum of two checked
 * sizes overflows. */
#define NUMBER_LIMIT ((uint64_t)INT64_MAX / 2)
#define SIZE_LIMIT ((uint64_t)PTRDIFF_MAX / 2)

static uint64_t round_up(uint64_t size)
{
	return (size + ZB_BLOCK - 1) & ~(uint64_t)(ZB_BLOCK - 1);
}

static void fill(struct zb_geometry *geometry, uint64_t metadata_size, uint64_t payload_size)
{
	geometry->metadata_size = metadata_size;
	geometry->payload_size = payload_size;
	geometry->payload_offset = sizeof(struct zb_oieb) + metadata_size;
	geometry->object_size = geometry->payload_offset + payload_size;
}

bool zb_geometry_plan(
	struct zb_geometry *geometry, const struct zb_config *config, struct shot_error *err)
{
	if (config->payload_size == 0) {
		return shot_fail(err, "EINVAL", "a ring needs a payload size of 1 byte or more");
	}
	if (config->metadata_size > SIZE_LIMIT / 2 || config->payload_size > SIZE_LIMIT / 2) {
		return shot_fail(err, "EINVAL",
			"a ring of %" PRIu64 " bytes of metadata and %" PRIu64
			" of payload is impossible",
			config->metadata_size, config->payload_size);
	}
	fill(geometry, round_up(config->metadata_size), round_up(config->payload_size));
	return true;
}

bool zb_geometry_check(struct zb_geometry *geometry, const struct zb_oieb *oieb, uint64_t size,
	struct shot_error *err)
{
	if (size < sizeof *oieb || oieb->oieb_size != sizeof *oieb) {
		return shot_fail(err, "ECORRUPT",
			"this is not a ZeroBuffer ring (%" PRIu64 " bytes, OIEB size %" PRIu32 ")",
			size, size < sizeof *oieb ? 0 : oieb->oieb_size);
	}
	if (oieb->version[0] != ZB_VERSION_MAJOR) {
		return shot_fail(err, "EVERSION", "it speaks version %d.%d, this is version %d",
			oieb->version[0], oieb->version[1], ZB_VERSION_MAJOR);
	}
	uint64_t metadata = oieb->metadata_size, payload = oieb->payload_size;
	if (metadata % ZB_BLOCK || payload % ZB_BLOCK || payload == 0 || metadata > NUMBER_LIMIT ||
		payload > NUMBER_LIMIT || sizeof *oieb + metadata + payload > size) {
		return shot_fail(err, "ECORRUPT",
			"its blocks of %" PRIu64 " and %" PRIu64
			" bytes do not fit its object of %" PRIu64 " bytes",
			metadata, payload, size);
	}
	if (metadata > SIZE_LIMIT || payload > SIZE_LIMIT) {
		return shot_fail(err, "ENOMEM",
			"its blocks of %" PRIu64 " and %" PRIu64
			" bytes are more than a process of %zu bits can map",
			metadata, payload, sizeof(size_t) * CHAR_BIT);
	}
	fill(geometry, metadata, payload);
	return true;
}

bool zb_origin_is_current(const struct zb_origin *origin, const struct zb_oieb *oieb)
{
	uint64_t pid = zb_load(&oieb->writer_pid);
	bool told = zb_load(&oieb->begun_pid) == pid;
	return pid != 0 && pid == origin->pid &&
	       !(told && origin->count <= zb_load(&oieb->begun_count));
}
