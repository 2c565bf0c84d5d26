/* The windows of one request: where they are before their pixels are read, and whether that was
 * still so afterwards. All are asked at once. */
#ifndef SHOT_CAPTURE_WINDOW_SEARCH_H
#define SHOT_CAPTURE_WINDOW_SEARCH_H

#include "base/poll.h"
#include "capture/redirect.h"
#include "capture/target.h"
#include "capture/toplevel.h"

struct shot_window_search {
	struct shot_display *display;
	struct shot_redirects *redirects;

	enum { /* search.c's own, from here on */
		SHOT_SEARCH_IDLE,
		SHOT_SEARCH_ATOMS,
		SHOT_SEARCH_WINDOWS,
		SHOT_SEARCH_CLIMB,
		SHOT_SEARCH_TOPS,
		SHOT_SEARCH_SETTLE,
	} step;
	int64_t settled; /* when windows that were just redirected will have been painted */
	unsigned climbed;
	struct shot_batch batch;
	unsigned count;
	struct shot_window_search_item {
		xcb_window_t id; /* 0: this target is no window */
		bool is_obscured;
		xcb_window_t redirected; /* by this seek: the last one */
		unsigned waits;		 /* for a pixmap */
		struct shot_window_question question;
		struct shot_toplevel top; /* of what is obscured */
		struct shot_window_place found;
	} * items;
};

/* A seek of what of `count` targets are windows; NULL with ENOMEM. It is idle. */
struct shot_window_search *shot_window_search_create(struct shot_display *display,
	struct shot_redirects *redirects, const struct shot_target *targets, unsigned count,
	struct shot_error *err);

/* Stop and free, while the display is there. NULL is allowed. */
void shot_window_search_destroy(struct shot_window_search *search);

/* Send the first questions; the caller flushes. An idle search. */
void shot_window_search_begin(struct shot_window_search *search);

/* Take in answers and ask on, without blocking, flushing that. Done: all are found. Failed:
 * ENOWINDOW, EHIDDEN, EAGAIN, EVISUAL, ENOTSUP, ENOMEM or ELOST. Afterwards it is idle. */
enum shot_poll shot_window_search_poll(struct shot_window_search *search, struct shot_error *err);

/* When to poll without having heard from the server: windows that were never asked for what is
 * covered of them get time to paint it. SHOT_FOREVER when that is not so. */
int64_t shot_window_search_wake(const struct shot_window_search *search);

/* Where the window of target `i` is; NULL when it is none. */
const struct shot_window_place *shot_window_search_place(
	const struct shot_window_search *search, unsigned i);

/* After the requests for pixels: ask whether all are where they were; the caller flushes. */
void shot_window_search_ask_again(struct shot_window_search *search);

/* Done: `*same` tells whether the pixels were these windows'. Failed: ELOST. */
enum shot_poll shot_window_search_poll_again(
	struct shot_window_search *search, bool *same, struct shot_error *err);

#endif
