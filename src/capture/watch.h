/* Watches one rectangle of the root: it becomes due when something is drawn inside, and hardly ever
 * when something is drawn outside. */
#ifndef SHOT_CAPTURE_WATCH_H
#define SHOT_CAPTURE_WATCH_H

#include "base/poll.h"
#include "base/rect.h"
#include "capture/region.h"
#include "capture/source.h"

/* The source makes and frees it, as the first member of a struct of its own. */
struct shot_watch {
	const struct shot_source_kind *kind;
	struct shot_source *source; /* NULL after that is closed */
	struct shot_parting parting;
	struct shot_rect rect;
	bool is_due;	    /* the source sets it when something is drawn */
	bool is_unclaimed;  /* no caller waits for the answer in flight */
	uintptr_t question; /* in flight, else 0 */
	struct shot_region answer;
};

/* Watch `rect` on the root; parts that no root can have are cut off. Ignore the first answer
 * (shot_watch_poll): it covers the whole rectangle, and watching starts with it. ENOTSUP when the
 * source cannot report changes. If the source is closed first, the watch reports nothing more, and
 * must still be destroyed. */
struct shot_watch *shot_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err);

/* Stop watching. NULL is allowed. */
void shot_watch_destroy(struct shot_watch *watch);

/* False, with ELOST: its source is closed. */
bool shot_watch_check(const struct shot_watch *watch, struct shot_error *err);

/* Whether something was drawn since shot_watch_ask, or an answer waits to be taken. The source
 * notices drawing when it processes events. */
bool shot_watch_is_due(const struct shot_watch *watch);

/* Ask for the changes inside since the last question, and flush. While the answer to the last
 * question is still in flight, wait for that one instead. False: ELOST. */
bool shot_watch_ask(struct shot_watch *watch, struct shot_error *err);

/* Stop waiting for the answer. The next question gets it, and until then the watch is due. */
void shot_watch_give_up(struct shot_watch *watch);

/* Take in the answer, without blocking. Done: it lists `*count` rectangles. Failed: ELOST. Each
 * answer is given once: if another caller has taken it, this call asks again. */
enum shot_poll shot_watch_poll(struct shot_watch *watch, unsigned *count, struct shot_error *err);

/* The rectangles of the last answer, on the root; valid until the next is asked for. */
const struct shot_rect *shot_watch_answer(const struct shot_watch *watch);

#endif
