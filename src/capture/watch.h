/* An eye on one rectangle of the root: it becomes due when something is drawn inside it, and hardly
 * ever for what is drawn elsewhere. */
#ifndef SHOT_CAPTURE_WATCH_H
#define SHOT_CAPTURE_WATCH_H

#include "base/poll.h"
#include "base/rect.h"
#include "capture/region.h"
#include "capture/source.h"

/* The source makes and frees it, as the first member of a struct of its own. */
struct shot_watch {
	const struct shot_source_kind *kind;
	struct shot_source *source; /* NULL once that is closed */
	struct shot_parting parting;
	struct shot_rect rect;
	bool is_due;	    /* the source sets it when something is drawn */
	bool is_unclaimed;  /* the answer in flight has nobody who waits for it */
	uintptr_t question; /* in flight, else 0 */
	struct shot_region answer;
};

/* Watch `rect` on the root; the part of it where no root can be is left out. Ignore the first
 * answer (shot_watch_poll): it covers the whole rectangle, and watching starts with it. ENOTSUP
 * when the source cannot tell what changes. When the source is closed first, the watch sees nothing
 * any more and still wants to be destroyed. */
struct shot_watch *shot_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err);

/* Stop watching. NULL is allowed. */
void shot_watch_destroy(struct shot_watch *watch);

/* False, with ELOST: its source is closed. */
bool shot_watch_check(const struct shot_watch *watch, struct shot_error *err);

/* Whether something was drawn since shot_watch_ask, or nobody has taken the answer; the source
 * finds that out when it takes in events. */
bool shot_watch_is_due(const struct shot_watch *watch);

/* Ask what has changed inside since this was last asked, and flush; while the answer to the last
 * question is still to come, that one is awaited instead. False: ELOST. */
bool shot_watch_ask(struct shot_watch *watch, struct shot_error *err);

/* Stop waiting for the answer, which the next question gets: until then one is due. */
void shot_watch_give_up(struct shot_watch *watch);

/* Take in the answer, without blocking. Done: it lists `*count` rectangles. Failed: ELOST. An
 * answer is given once: when another caller has had it, this one's question is asked now. */
enum shot_poll shot_watch_poll(struct shot_watch *watch, unsigned *count, struct shot_error *err);

/* The rectangles of the last answer, on the root; valid until the next is asked for. */
const struct shot_rect *shot_watch_answer(const struct shot_watch *watch);

#endif
