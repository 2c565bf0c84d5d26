#include "x11/pointer.h"

#include <stdlib.h>
#include <xcb/xcbext.h>
#include <xcb/xfixes.h>

#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/reply.h"

/* Whether the sequence after a question for the picture is that of QueryPointer, which tells the
 * pointer's screen. */
static bool has_screens(xcb_connection_t *xcb)
{
	return xcb_get_setup(xcb)->roots_len > 1;
}

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
	if (!shot_io_poll_reply(xcb, (unsigned)question, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	const xcb_query_pointer_reply_t *pointer = reply;
	enum shot_poll outcome = pointer ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
	if (pointer && pointer->same_screen) {
		*x = pointer->root_x;
		*y = pointer->root_y;
	} else if (pointer) {
		struct shot_rect primary = shot_layout_primary(&source->layout)->rect;
		*x = primary.x + primary.width / 2;
		*y = primary.y + primary.height / 2;
	} else if (error) {
		shot_fail_x(err, error, "cannot query the pointer's place");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(reply);
	free(error);
	return outcome;
}

uintptr_t shot_pointer_ask_cursor(struct shot_source *source)
{
	const struct shot_display *display = shot_display_of(source);
	uintptr_t question = xcb_xfixes_get_cursor_image(display->xcb).sequence;
	if (has_screens(display->xcb)) {
		shot_pointer_ask(source);
	}
	return question;
}

void shot_pointer_forget(struct shot_source *source, uintptr_t question)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	xcb_discard_reply(xcb, (unsigned)question);
	if (has_screens(xcb)) {
		xcb_discard_reply(xcb, (unsigned)question + 1);
	}
}

/* Reads the answer about the pointer's screen, if it has arrived. */
static bool poll_screen(const struct shot_display *display, unsigned sequence, bool *is_ours)
{
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!shot_io_poll_reply(display->xcb, sequence, &reply, &error)) {
		return false;
	}
	*is_ours = !reply || ((const xcb_query_pointer_reply_t *)reply)->same_screen;
	free(reply);
	free(error);
	return true;
}

/* Takes the picture, which lies in the reply. */
static void take(struct shot_cursor_image *image, xcb_xfixes_get_cursor_image_reply_t *reply)
{
	*image = (struct shot_cursor_image){
		.rect = {reply->x - reply->xhot, reply->y - reply->yhot, reply->width,
			reply->height},
		.pixels = shot_reply_cursor(reply),
		.memory = reply,
	};
}

enum shot_poll shot_pointer_poll_cursor(struct shot_source *source, uintptr_t question,
	struct shot_cursor_image *image, struct shot_error *err)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	bool is_ours = true;
	if (has_screens(xcb) &&
		!poll_screen(shot_display_of(source), (unsigned)question + 1, &is_ours)) {
		return SHOT_POLL_WAITING;
	}
	if (!shot_io_poll_reply(xcb, (unsigned)question, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	if (reply && !shot_reply_cursor(reply)) {
		shot_fail(err, "EXERROR", "the X server sent only a part of the cursor's image");
		free(reply);
		return SHOT_POLL_FAILED;
	}
	if (reply) {
		take(image, reply);
		if (!is_ours) {
			image->rect.width = image->rect.height = 0;
		}
	} else if (error && error->error_code == XCB_ACCESS) {
		/* Xorg checks the access of the client that made the cursor, and that client is
		 * gone.
		 */
		shot_fail(err, "EACCES",
			"cannot read the cursor's image: the program that set it has ended, and "
			"the X server shows it to no client");
	} else if (error) {
		shot_fail_x(err, error, "cannot read the cursor's image");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(error);
	return reply ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}
