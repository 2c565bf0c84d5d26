#include "capture/cursor.h"

#include <stdlib.h>
#include <xcb/xcbext.h>

#include "image/blend.h"
#include "x11/fail.h"

void shot_cursor_ask(struct shot_cursor *cursor, struct shot_display *display)
{
	shot_cursor_forget(cursor, display);
	cursor->sequence = xcb_xfixes_get_cursor_image(display->xcb).sequence;
}

enum shot_poll shot_cursor_poll(
	struct shot_cursor *cursor, struct shot_display *display, struct shot_error *err)
{
	if (cursor->image) {
		return SHOT_POLL_DONE;
	}
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(display->xcb, cursor->sequence, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	cursor->sequence = 0;
	cursor->image = reply;
	if (error && error->error_code == XCB_ACCESS) {
		/* Xorg asks the client that made it, whose place is empty until another takes it.
		 */
		shot_fail(err, "EACCES",
			"cannot read the cursor's image: the program that set it has ended, and "
			"the X server shows it to nobody");
	} else if (error) {
		shot_fail_x(err, error, "cannot read the cursor's image");
	} else if (!reply) {
		shot_fail_lost(err, display->xcb);
	}
	free(error);
	return reply ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}

struct shot_rect shot_cursor_draw(const struct shot_cursor *cursor, struct shot_frame *frame)
{
	const xcb_xfixes_get_cursor_image_reply_t *image = cursor->image;
	struct shot_rect where = {
		image->x - image->xhot, image->y - image->yhot, image->width, image->height};
	struct shot_rect picture = {frame->x, frame->y, frame->view.width, frame->view.height};
	shot_blend(&frame->view, where.x - frame->x, where.y - frame->y,
		xcb_xfixes_get_cursor_image_cursor_image(image), where.width, where.height);
	return shot_rect_intersect(where, picture);
}

void shot_cursor_forget(struct shot_cursor *cursor, struct shot_display *display)
{
	if (cursor->sequence && display) {
		xcb_discard_reply(display->xcb, cursor->sequence);
	}
	free(cursor->image);
	*cursor = (struct shot_cursor){0};
}
