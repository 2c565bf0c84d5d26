/* An eye on one rectangle of the root: events come when something is drawn inside it, and hardly
 * any for what is drawn elsewhere (a place outside is reported once and then, never being
 * subtracted, no more). */
#ifndef SHOT_CAPTURE_WATCH_H
#define SHOT_CAPTURE_WATCH_H

#include "base/poll.h"
#include "base/rect.h"
#include "x11/display.h"

struct shot_watch;

/* Watch `rect` on the root; what of it lies outside, where no root can be, is left out. It watches
 * once the first answer is in (shot_watch_poll), which means nothing: a new account begins with
 * everything. ENOTSUP when the server lacks DAMAGE 1.1 or XFIXES 2. When the display is closed
 * first, the watch sees nothing any more and still wants to be destroyed. */
struct shot_watch *shot_watch_create(
	struct shot_display *display, struct shot_rect rect, struct shot_error *err);

/* Stop watching. NULL is allowed. */
void shot_watch_destroy(struct shot_watch *watch);

/* False, with ELOST: its display is closed. */
bool shot_watch_check(const struct shot_watch *watch, struct shot_error *err);

/* Whether an event has come for it since shot_watch_ask, or nobody has taken the answer; events are
 * taken in by shot_display_note and shot_display_poll. */
bool shot_watch_is_due(const struct shot_watch *watch);

/* Ask what has changed inside since this was last asked, and flush; while the answer to the last
 * question is still to come, that one is awaited instead. False: ELOST. */
bool shot_watch_ask(struct shot_watch *watch, struct shot_error *err);

/* Stop waiting for the answer, which the next question gets: until then one is due. */
void shot_watch_give_up(struct shot_watch *watch);

/* Take in the answer, without blocking. Done: it lists `*count` rectangles. Failed: ELOST.
 * An answer is given once: when another caller has had it, this one's question is asked now. */
enum shot_poll shot_watch_poll(struct shot_watch *watch, unsigned *count, struct shot_error *err);

/* The rectangles of the last answer, on the root; valid until the next is asked for. */
const struct shot_rect *shot_watch_answer(const struct shot_watch *watch);

#endif
