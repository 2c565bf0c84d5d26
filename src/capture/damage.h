/* The source's reports of drawing on the root: requested in turn, and logged. */
#ifndef SHOT_CAPTURE_DAMAGE_H
#define SHOT_CAPTURE_DAMAGE_H

#include "base/poll.h"
#include "capture/damage_log.h"
#include "capture/source.h"

#define SHOT_DAMAGE_PENDING 32 /* questions in flight */

struct shot_damage;

/* Begin to follow all drawing on the root. ENOTSUP when the source cannot report it. */
struct shot_damage *shot_damage_create(struct shot_source *source, struct shot_error *err);

/* Free it. Sends nothing, because the reports end with the connection. NULL is allowed. */
void shot_damage_destroy(struct shot_damage *damage);

/* Ask for the changes since the last question; `is_check`: in the same flush as the tiles that it
 * checks. The caller flushes. Returns the ticket, 0 when too many questions are in flight. */
uint64_t shot_damage_ask(struct shot_damage *damage, bool is_check);

/* Read answers, without blocking, up to that of `ticket`. Done: it is in the log. Failed: ELOST.
 */
enum shot_poll shot_damage_poll(
	struct shot_damage *damage, uint64_t ticket, struct shot_error *err);

/* Forget the log: no pixels read so far count as known. */
void shot_damage_forget(struct shot_damage *damage);

/* List the changes inside `rect` from the last call for the same rectangle up to `ticket`, whose
 * answer has arrived. Returns the number of rectangles put into `out`; -1 when the changes are not
 * known, or more than `limit`. */
int shot_damage_compare(struct shot_damage *damage, struct shot_rect rect, uint64_t ticket,
	struct shot_rect drawn, struct shot_rect *out, unsigned limit);

/* Whether most of `rect` had changed when it was last compared. */
bool shot_damage_is_busy(const struct shot_damage *damage, struct shot_rect rect);

/* The log of the answers, valid as long as `damage`. */
const struct shot_damage_log *shot_damage_log_of(const struct shot_damage *damage);

#endif
