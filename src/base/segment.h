/* A segment is one mapping. Shared memory of luashot's own is a sealed memfd, which no peer can
 * shrink. A peer's object (a ring) is mapped under guard, so that its truncation is an error and
 * not a SIGBUS. */
#ifndef SHOT_BASE_SEGMENT_H
#define SHOT_BASE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct shot_segment {
	uint8_t *data;		  /* NULL when finished */
	size_t size;		  /* bytes mapped, as asked for */
	struct shot_guard *guard; /* only for a peer's object */
};

/* Check the process's limit for files of `size` bytes. Returns 0, or EFBIG. The kernel would report
 * the same after a signal that ends the process (SIGXFSZ). */
int shot_segment_check_limit(size_t size);

/* Make a memfd of `size` bytes (1 or more), sealed against resizing, and map it read-write. `*fd`
 * receives its descriptor, close-on-exec and the caller's to close. Fails with the system's own
 * code. */
bool shot_segment_create(
	struct shot_segment *segment, size_t size, int *fd, struct shot_error *err);

/* Map `size` bytes (1 or more) of private memory. It is not a file, so it works where memfds are
 * forbidden, and limits of files do not apply. Fails with the system's own code. */
bool shot_segment_create_private(struct shot_segment *segment, size_t size, struct shot_error *err);

/* Map the first `size` bytes of `fd` read-write and shared, under guard. The descriptor stays the
 * caller's. */
bool shot_segment_map(struct shot_segment *segment, int fd, size_t size, struct shot_error *err);

/* Whether a guarded mapping has lost pages to a truncation; since then they read as zero. */
bool shot_segment_is_corrupt(const struct shot_segment *segment);

/* Unmap. A finished or zeroed segment is allowed. */
void shot_segment_finish(struct shot_segment *segment);

#endif
