/* The changes of a screen, in the order of the questions. Every question to the server ("what
 * changed since the last question?") has a ticket; its answer is a list of rectangles, mostly an
 * empty one. To update a picture that was read after ticket n, read the rectangles of later
 * tickets. */
#ifndef SHOT_CAPTURE_DAMAGE_LOG_H
#define SHOT_CAPTURE_DAMAGE_LOG_H

#include <stdint.h>

#include "base/rect.h"

#define SHOT_DAMAGE_LOG_ENTRIES 64 /* answers that are not empty; older ones are forgotten */
#define SHOT_DAMAGE_LOG_RECTS 32   /* of one answer; more are joined into larger ones */

struct shot_damage_log {
	struct shot_damage_log_entry {
		uint64_t ticket;
		unsigned count;
		struct shot_rect rects[SHOT_DAMAGE_LOG_RECTS];
	} entries[SHOT_DAMAGE_LOG_ENTRIES]; /* a ring in the order of tickets */
	unsigned first, count;
	uint64_t forgotten; /* the newest ticket whose answer is no longer known */
};

/* Add the answer to `ticket`, which is newer than all earlier ones. An empty answer takes no room.
 * */
void shot_damage_log_add(struct shot_damage_log *log, uint64_t ticket,
	const struct shot_rect *rects, unsigned count);

/* Put the rectangles of the tickets after `since`, cut to `clip`, into `out`. Returns their number;
 * they may overlap. -1 when they are more than `limit`, or some have been forgotten. */
int shot_damage_log_since(const struct shot_damage_log *log, uint64_t since, struct shot_rect clip,
	struct shot_rect *out, unsigned limit);

#endif
