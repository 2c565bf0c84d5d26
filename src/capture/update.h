/* A capture that reads only what has changed since its slot was last read ("buffer age"). It ends
 * with exactly what the screen showed at one moment: whatever is drawn while the pieces are being
 * read is seen by a second question in the same flush, and read again. */
#ifndef SHOT_CAPTURE_UPDATE_H
#define SHOT_CAPTURE_UPDATE_H

#include "capture/damage.h"
#include "capture/pool.h"
#include "capture/source.h"
#include "capture/update_plan.h"

struct shot_update {
	struct shot_source *source;
	struct shot_damage *damage;
	struct shot_pool *pool;
	struct shot_rect rect; /* of the root */
	int64_t refresh_ns;    /* read all of it when that was last done longer ago; 0: never */

	enum { SHOT_UPDATE_LOOK, SHOT_UPDATE_PIECES, SHOT_UPDATE_WHOLE } step; /* update.c's own */
	struct shot_slot *slot;	   /* a reference, until it is taken over */
	struct shot_slot *scratch; /* where narrow pieces are read; NULL for none */
	uint64_t ticket;	   /* the slot will be as fresh as this */
	uint64_t check;		   /* asked after the pieces were */
	unsigned tries;
	struct shot_update_plan plan;
	struct shot_tile tiles[SHOT_UPDATE_PLAN_PIECES], asides[SHOT_UPDATE_PLAN_PIECES];
	struct shot_tiles in_place, aside;
};

/* Ask what has changed; the caller has filled the first five fields, zeroed the rest, and flushes.
 * EBUSY when too many captures are under way. */
bool shot_update_begin(struct shot_update *update, struct shot_error *err);

/* Go on without blocking, flushing what it sends. Done: update->slot holds the picture, packed, and
 * its reference is the caller's to take over. */
enum shot_poll shot_update_poll(struct shot_update *update, struct shot_error *err);

/* Whether the server may still write into the slots. */
bool shot_update_is_awaited(const struct shot_update *update);

/* Nobody wants it any more: have the source hurry. It is settled then. */
void shot_update_cancel(struct shot_update *update);

/* Take in late replies to an update that was given up; true when nothing is awaited any more. */
bool shot_update_settle(struct shot_update *update);

/* Drop the references it still has. */
void shot_update_finish(struct shot_update *update);

#endif
