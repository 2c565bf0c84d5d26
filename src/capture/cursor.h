/* The pointer's picture, asked for beside the pixels and drawn into them. */
#ifndef SHOT_CAPTURE_CURSOR_H
#define SHOT_CAPTURE_CURSOR_H

#include <xcb/xfixes.h>

#include "base/poll.h"
#include "capture/frame.h"
#include "x11/display.h"

struct shot_cursor {
	unsigned sequence; /* of the question, 0 when none is under way */
	xcb_xfixes_get_cursor_image_reply_t *image;
};

/* Ask for it, forgetting what was asked before; the caller flushes. The display must have XFIXES.
 */
void shot_cursor_ask(struct shot_cursor *cursor, struct shot_display *display);

/* Take in the answer, without blocking. Done: `image` is there. Failed: ELOST, or a refusal. */
enum shot_poll shot_cursor_poll(
	struct shot_cursor *cursor, struct shot_display *display, struct shot_error *err);

/* Blend it over the frame where it was on the root; returns where on the root that changed it. */
struct shot_rect shot_cursor_draw(const struct shot_cursor *cursor, struct shot_frame *frame);

/* Drop the image and the question; `display` may be NULL when it is closed. */
void shot_cursor_forget(struct shot_cursor *cursor, struct shot_display *display);

#endif
