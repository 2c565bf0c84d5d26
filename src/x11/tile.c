#include "x11/tile.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/composite.h>
#include <xcb/shm.h>
#include <xcb/xcbext.h>

#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/pending_paint.h"
#include "x11/reply.h"

/* Tiles between two flushes, in at most 128 bytes each: libxcb empties its buffer of 16 KiB without
 * a bound and with SIGPIPE, so it must not fill. The caller flushes after the last tile. */
#define UNSENT 64

/* Names the current pixmap, because a window gets another one with each new size. */
static void name_pixmap(struct shot_display *display, xcb_window_t window, xcb_pixmap_t pixmap)
{
	xcb_connection_t *xcb = display->xcb;
	/* Windows inside it that are redirected automatically, because they have another depth, are
	 * painted into it only from time to time. */
	shot_pending_paint_flush(display);
	xcb_discard_reply(
		xcb, xcb_composite_name_window_pixmap_checked(xcb, window, pixmap).sequence);
}

/* Returns the sequence of the reply. */
static unsigned send(const struct shot_tile *tile, struct shot_display *display,
	xcb_drawable_t drawable, const struct shot_attachment *into)
{
	if (into->id) {
		int16_t x = (int16_t)tile->rect.x, y = (int16_t)tile->rect.y;
		uint16_t width = (uint16_t)tile->rect.width, height = (uint16_t)tile->rect.height;
		uint32_t offset = (uint32_t)shot_tile_wire_offset(tile);
		return xcb_shm_get_image(display->xcb, drawable, x, y, width, height, ~0u,
			XCB_IMAGE_FORMAT_Z_PIXMAP, (xcb_shm_seg_t)into->id, offset)
			.sequence;
	}
	return shot_pending_paint_get_image(display, drawable, tile->rect);
}

static unsigned send_window(const struct shot_tile *tile, struct shot_display *display,
	const struct shot_attachment *into)
{
	xcb_pixmap_t pixmap = shot_redirects_name(&display->redirects, display->xcb);
	name_pixmap(display, tile->surface.window, pixmap);
	unsigned question = send(tile, display, pixmap, into);
	xcb_discard_reply(display->xcb, xcb_free_pixmap_checked(display->xcb, pixmap).sequence);
	return question;
}

void shot_tile_send(
	struct shot_source *source, struct shot_tile *tile, const struct shot_attachment *into)
{
	struct shot_display *display = shot_display_of(source);
	tile->question = tile->surface.window ? send_window(tile, display, into)
					      : send(tile, display, display->root, into);
	if (++display->tiles % UNSENT == 0) {
		shot_io_flush(display->xcb);
	}
}

/* Checks the size, and copies pixels that came through the socket. */
static bool take_pixels(const struct shot_tile *tile, const struct shot_attachment *into,
	const void *reply, struct shot_error *err)
{
	size_t expected = shot_tile_wire_bytes(tile);
	size_t got = into->id ? ((const xcb_shm_get_image_reply_t *)reply)->size
			      : shot_reply_image(reply).size;
	if (got < expected) {
		return shot_fail(err, "EXERROR",
			"the X server sent %zu of the %zu bytes of a capture", got, expected);
	}
	if (!into->id) {
		memcpy(into->data + shot_tile_wire_offset(tile), shot_reply_image(reply).data,
			expected);
	}
	return true;
}

enum shot_poll shot_tile_poll(struct shot_source *source, struct shot_tile *tile,
	const struct shot_attachment *into, struct shot_error *err)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!shot_io_poll_reply(xcb, (unsigned)tile->question, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	tile->question = 0;
	enum shot_poll outcome = SHOT_POLL_FAILED;
	if (reply) {
		if (take_pixels(tile, into, reply, err)) {
			shot_tile_unpack(tile, into->data);
			outcome = SHOT_POLL_DONE;
		}
	} else if (error) {
		shot_fail_x(err, error, "cannot capture");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(reply);
	free(error);
	return outcome;
}
