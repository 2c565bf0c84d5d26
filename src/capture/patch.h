/* A capture that reads only what has changed since its slot was last read ("buffer age"). It ends
 * with exactly what the screen showed at one moment: whatever is drawn while the pieces are being
 * read is seen by a second question in the same flush, and read again. */
#ifndef SHOT_CAPTURE_PATCH_H
#define SHOT_CAPTURE_PATCH_H

#include "capture/damage.h"
#include "capture/plan.h"
#include "capture/pool.h"
#include "capture/reading.h"

struct shot_patch {
	struct shot_display *display;
	struct shot_damage *damage;
	struct shot_pool *pool;
	struct shot_rect rect; /* of the root */
	int64_t refresh_ns;    /* read all of it when that was last done longer ago; 0: never */

	enum { SHOT_PATCH_LOOK, SHOT_PATCH_PIECES, SHOT_PATCH_WHOLE } step; /* patch.c's own */
	struct shot_slot *slot;	   /* a reference, until it is taken over */
	struct shot_slot *scratch; /* where narrow pieces are read; NULL for none */
	uint64_t ticket;	   /* the slot will be as fresh as this */
	uint64_t check;		   /* asked after the pieces were */
	unsigned tries;
	struct shot_plan plan;
	struct shot_part parts[SHOT_PLAN_PIECES], asides[SHOT_PLAN_PIECES];
	struct shot_reading in_place, aside;
};

/* Ask what has changed; the caller has filled the first five fields, zeroed the rest, and flushes.
 * EBUSY when too many captures are under way. */
bool shot_patch_begin(struct shot_patch *patch, struct shot_error *err);

/* Go on without blocking, flushing what it sends. SHOT_PART_IN: patch->slot holds the picture,
 * packed, and its reference is the caller's to take over. `*starved`: the failure was for want of a
 * slot. */
enum shot_part_state shot_patch_poll(
	struct shot_patch *patch, bool *starved, struct shot_error *err);

/* Whether the server may still write into the slots. */
bool shot_patch_is_awaited(const struct shot_patch *patch);

/* Take in late replies to a patch that was given up; true when nothing is awaited any more. */
bool shot_patch_settle(struct shot_patch *patch);

/* Drop the references it still has. */
void shot_patch_finish(struct shot_patch *patch);

#endif
