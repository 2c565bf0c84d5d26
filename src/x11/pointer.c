#include "x11/pointer.h"

#include <stdlib.h>
#include <xcb/xcbext.h>
#include <xcb/xfixes.h>

#include "x11/display.h"
#include "x11/fail.h"

uintptr_t shot_pointer_ask(struct shot_source *source)
{
	const struct shot_display *display = shot_display_of(source);
	return xcb_query_pointer(display->xcb, display->root).sequence;
}

enum shot_poll shot_pointer_poll(struct shot_source *source, uintptr_t question, int32_t *x,
	int32_t *y, struct shot_error *err)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(xcb, (unsigned)question, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	const xcb_query_pointer_reply_t *pointer = reply;
	enum shot_poll outcome = pointer ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
	if (pointer) {
		*x = pointer->root_x;
		*y = pointer->root_y;
	} else if (error) {
		shot_fail_x(err, error, "cannot ask where the pointer is");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(reply);
	free(error);
	return outcome;
}

uintptr_t shot_pointer_ask_cursor(struct shot_source *source)
{
	return xcb_xfixes_get_cursor_image(shot_display_of(source)->xcb).sequence;
}

/* The picture lies in the reply. */
static void take(struct shot_cursor_image *image, xcb_xfixes_get_cursor_image_reply_t *reply)
{
	*image = (struct shot_cursor_image){
		.rect = {reply->x - reply->xhot, reply->y - reply->yhot, reply->width,
			reply->height},
		.pixels = xcb_xfixes_get_cursor_image_cursor_image(reply),
		.memory = reply,
	};
}

enum shot_poll shot_pointer_poll_cursor(struct shot_source *source, uintptr_t question,
	struct shot_cursor_image *image, struct shot_error *err)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(xcb, (unsigned)question, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	if (reply) {
		take(image, reply);
	} else if (error && error->error_code == XCB_ACCESS) {
		/* Xorg asks the client that made it, whose place is empty until another takes it.
		 */
		shot_fail(err, "EACCES",
			"cannot read the cursor's image: the program that set it has ended, and "
			"the X server shows it to nobody");
	} else if (error) {
		shot_fail_x(err, error, "cannot read the cursor's image");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(error);
	return reply ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}
