/* The source's account of what is drawn on the root: asked in turn, and logged. */
#ifndef SHOT_CAPTURE_DAMAGE_H
#define SHOT_CAPTURE_DAMAGE_H

#include "base/poll.h"
#include "capture/damage_log.h"
#include "capture/source.h"

#define SHOT_DAMAGE_PENDING 32 /* questions in flight */

struct shot_damage;

/* Begin to account for all that is drawn on the root. ENOTSUP when the source cannot tell. */
struct shot_damage *shot_damage_create(struct shot_source *source, struct shot_error *err);

/* Frees; sends nothing, as the account ends with the connection. NULL is allowed. */
void shot_damage_destroy(struct shot_damage *damage);

/* Ask what has changed since the last question; `is_check`: in the flush of tiles whose pixels it
 * checks. The caller flushes. Returns the ticket, 0 when too
 * many are in flight. */
uint64_t shot_damage_ask(struct shot_damage *damage, bool is_check);

/* Take in answers, without blocking, up to that of `ticket`. Done: it is in the log. Failed: ELOST.
 */
enum shot_poll shot_damage_poll(
	struct shot_damage *damage, uint64_t ticket, struct shot_error *err);

/* Forget what is logged: nothing that was read so far counts as known. */
void shot_damage_forget(struct shot_damage *damage);

/* What has changed inside `rect` up to `ticket`, whose answer is in, since this was last asked of
 * the same rectangle: the number of rectangles put into `out`; -1 when that is not known, or they
 * are more than `limit`. */
int shot_damage_compare(struct shot_damage *damage, struct shot_rect rect, uint64_t ticket,
	struct shot_rect drawn, struct shot_rect *out, unsigned limit);

const struct shot_damage_log *shot_damage_log_of(const struct shot_damage *damage);

#endif
