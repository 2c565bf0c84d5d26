/* The windows of one request: where they are before their pixels are read, and whether that was
 * still so afterwards. All are asked at once. */
#ifndef SHOT_CAPTURE_SEEK_H
#define SHOT_CAPTURE_SEEK_H

#include "capture/redirect.h"
#include "capture/target.h"
#include "capture/top.h"

struct shot_seek {
	struct shot_display *display;
	struct shot_redirects *redirects;

	enum { /* seek.c's own, from here on */
		SHOT_SEEK_IDLE,
		SHOT_SEEK_ATOMS,
		SHOT_SEEK_WINDOWS,
		SHOT_SEEK_CLIMB,
		SHOT_SEEK_TOPS,
		SHOT_SEEK_SETTLE,
	} step;
	int64_t settled; /* when windows that were just redirected will have been painted */
	unsigned climbed;
	struct shot_batch batch;
	unsigned count;
	struct shot_seek_item {
		xcb_window_t id; /* 0: this target is no window */
		bool is_obscured;
		xcb_window_t redirected; /* by this seek: the last one */
		unsigned waits;		 /* for a pixmap */
		struct shot_window_question question;
		struct shot_top top; /* of what is obscured */
		struct shot_sight sight;
	} * items;
};

/* A seek of what of `count` targets are windows; NULL with ENOMEM. It is idle. */
struct shot_seek *shot_seek_create(struct shot_display *display, struct shot_redirects *redirects,
	const struct shot_target *targets, unsigned count, struct shot_error *err);

/* Stop and free, while the display is there. NULL is allowed. */
void shot_seek_destroy(struct shot_seek *seek);

/* Send the first questions; the caller flushes. An idle seek. */
void shot_seek_begin(struct shot_seek *seek);

/* Take in answers and ask on, without blocking, flushing that: 1 all are found; 0 not yet; -1
 * ENOWINDOW, EHIDDEN, EAGAIN, EVISUAL, ENOTSUP, ENOMEM or ELOST. On 1 and -1 it is idle. */
int shot_seek_poll(struct shot_seek *seek, struct shot_error *err);

/* When to poll without having heard from the server: windows that were never asked for what is
 * covered of them get time to paint it. SHOT_FOREVER when that is not so. */
int64_t shot_seek_wake(const struct shot_seek *seek);

/* Where the window of target `i` is; NULL when it is none. */
const struct shot_sight *shot_seek_sight(const struct shot_seek *seek, unsigned i);

/* After the requests for pixels: ask whether all are where they were; the caller flushes. */
void shot_seek_ask_again(struct shot_seek *seek);

/* 1 the answers are in, 0 not yet, -1 ELOST; and `*same`: the pixels were these windows'. */
int shot_seek_poll_again(struct shot_seek *seek, bool *same, struct shot_error *err);

#endif
