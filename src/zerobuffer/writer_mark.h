/* Where a ring's writer stands, and what its reader has not read. */
#ifndef ZB_WRITER_MARK_H
#define ZB_WRITER_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/object.h"

struct zb_mark {
	uint64_t position;	/* of the next header, less than the ring's size */
	uint64_t written_count; /* frames and wrap markers */
};

/* Measures the bytes that the reader has not read. Equal positions mean an empty or a full ring.
 * ECORRUPT. */
bool zb_mark_unread(const struct zb_mark *mark, const struct zb_object *object, uint64_t *unread,
	struct shot_error *err);

/* Sets the mark where the last writer stopped. That one may have been killed at any instruction,
 * and Python's writer counts markers that it does not write, so the contents of the ring decide.
 * `*is_new` receives whether nothing has ever been written. ECORRUPT. */
bool zb_mark_resume(
	struct zb_mark *mark, const struct zb_object *object, bool *is_new, struct shot_error *err);

#endif
