/* A capture that reads only the regions that changed since its slot was last read ("buffer age").
 * Its result is exactly the screen at one moment: a second question in the same flush finds regions
 * that were drawn while the pieces were read, and the update reads those again. */
#ifndef SHOT_CAPTURE_UPDATE_H
#define SHOT_CAPTURE_UPDATE_H

#include "capture/pool.h"
#include "capture/source.h"
#include "capture/update_plan.h"

struct shot_update {
	struct shot_source *source;
	struct shot_damage *damage;
	struct shot_pool *pool;
	struct shot_rect rect; /* of the root */
	int64_t refresh_ns;    /* read everything when the last full read is older; 0: never */
	struct shot_window_search *search; /* asked again with each reading; NULL: no windows */

	enum { SHOT_UPDATE_LOOK, SHOT_UPDATE_PIECES, SHOT_UPDATE_WHOLE } step; /* update.c's own */
	struct shot_slot *slot;	   /* a reference, until it is taken over */
	struct shot_slot *scratch; /* receives narrow pieces; NULL for none */
	uint64_t ticket;	   /* the slot's freshness after the update */
	uint64_t check;		   /* the ticket of the question after the pieces */
	unsigned tries;
	struct shot_update_plan plan;
	struct shot_tile tiles[SHOT_UPDATE_PLAN_PIECES], asides[SHOT_UPDATE_PLAN_PIECES];
	struct shot_tiles in_place, aside;
};

/* Ask for the changes, and read everything at once where most had changed the last time, so that
 * damage costs no more than not having it; the caller has filled the first six fields, zeroed the
 * rest, and flushes. EBUSY when too many captures are in progress; the codes of shot_pool_acquire.
 */
bool shot_update_begin(struct shot_update *update, struct shot_error *err);

/* Continue without blocking, flushing further requests. Done: update->slot holds the picture,
 * packed, and its reference is the caller's to take over. */
enum shot_poll shot_update_poll(struct shot_update *update, struct shot_error *err);

/* Whether the server may still write into the slots. */
bool shot_update_is_awaited(const struct shot_update *update);

/* Cancel: ask the source to end the tiles soon. Settle the update afterwards. */
void shot_update_cancel(struct shot_update *update);

/* Read late replies to an update that was given up; true when no reply is awaited any more. */
bool shot_update_settle(struct shot_update *update);

/* Drop its remaining references. */
void shot_update_finish(struct shot_update *update);

#endif
