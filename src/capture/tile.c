#include "capture/tile.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/composite.h>
#include <xcb/xcbext.h>

#include "image/unpack.h"
#include "x11/fail.h"
#include "x11/pending_paint.h"

size_t shot_tile_bytes(struct shot_rect rect)
{
	return (size_t)rect.width * 4 * (size_t)rect.height;
}

static size_t wire_bytes(const struct shot_tile *tile, const struct shot_visual *visual)
{
	return shot_visual_stride(visual, tile->rect.width) * (size_t)tile->rect.height;
}

/* The server's own rows, where they take less room than ours, go to the end of the part's place,
 * from where they are spread out towards its start. */
static size_t wire_offset(const struct shot_tile *tile, const struct shot_visual *visual)
{
	return tile->offset + shot_tile_bytes(tile->rect) - wire_bytes(tile, visual);
}

static const struct shot_visual *visual_of(
	const struct shot_tile *tile, const struct shot_display *display)
{
	return tile->behind.window ? &tile->behind.visual : &display->visual;
}

/* The pixmap is that of this moment: a window gets another one with each new size. */
static void name_pixmap(const struct shot_behind *behind, struct shot_display *display)
{
	xcb_connection_t *xcb = display->xcb;
	/* Windows inside of it that are redirected by themselves, those of another depth, are
	 * painted into it now and then only. */
	shot_pending_paint(display);
	xcb_discard_reply(
		xcb, xcb_composite_name_window_pixmap_checked(xcb, behind->window, behind->pixmap)
			     .sequence);
}

/* Returns the sequence of the reply. */
static unsigned send(const struct shot_tile *tile, struct shot_display *display,
	xcb_drawable_t drawable, const struct shot_attachment *into)
{
	if (into->seg) {
		int16_t x = (int16_t)tile->rect.x, y = (int16_t)tile->rect.y;
		uint16_t width = (uint16_t)tile->rect.width, height = (uint16_t)tile->rect.height;
		uint32_t offset = (uint32_t)wire_offset(tile, visual_of(tile, display));
		return xcb_shm_get_image(display->xcb, drawable, x, y, width, height, ~0u,
			XCB_IMAGE_FORMAT_Z_PIXMAP, into->seg, offset)
			.sequence;
	}
	return shot_pending_paint_get_image(display, drawable, tile->rect);
}

static void send_tile(struct shot_tile *tile, struct shot_display *display, xcb_drawable_t drawable,
	const struct shot_attachment *into)
{
	if (!tile->behind.window) {
		tile->sequence = send(tile, display, drawable, into);
		return;
	}
	name_pixmap(&tile->behind, display);
	tile->sequence = send(tile, display, tile->behind.pixmap, into);
	xcb_discard_reply(
		display->xcb, xcb_free_pixmap_checked(display->xcb, tile->behind.pixmap).sequence);
}

/* Check how much there is, and copy what came through the socket. */
static bool take_pixels(const struct shot_tile *tile, const struct shot_visual *visual,
	const struct shot_attachment *into, const void *reply, struct shot_error *err)
{
	size_t expected = wire_bytes(tile, visual);
	size_t got = into->seg ? ((const xcb_shm_get_image_reply_t *)reply)->size
			       : (size_t)xcb_get_image_data_length(reply);
	if (got < expected) {
		return shot_fail(err, "EXERROR",
			"the X server sent %zu of the %zu bytes of a capture", got, expected);
	}
	if (!into->seg) {
		memcpy(into->data + wire_offset(tile, visual), xcb_get_image_data(reply), expected);
	}
	return true;
}

static void unpack(const struct shot_tile *tile, const struct shot_visual *visual, uint8_t *memory)
{
	const uint8_t *wire = memory + wire_offset(tile, visual);
	size_t wire_stride = shot_visual_stride(visual, tile->rect.width);
	size_t stride = (size_t)tile->rect.width * 4;
	switch (visual->wire) {
	case SHOT_WIRE_BGRX:
		break;
	case SHOT_WIRE_BGRA:
		shot_unpack_opaque(memory + tile->offset, shot_tile_bytes(tile->rect) / 4);
		break;
	case SHOT_WIRE_RGB565:
		shot_unpack_565(wire, wire_stride, memory + tile->offset, stride, tile->rect.width,
			tile->rect.height);
		break;
	case SHOT_WIRE_X2RGB10:
		shot_unpack_x2rgb10(wire, wire_stride, memory + tile->offset, stride,
			tile->rect.width, tile->rect.height);
		break;
	}
}

static enum shot_poll poll_tile(struct shot_tile *tile, struct shot_display *display,
	const struct shot_attachment *into, struct shot_error *err)
{
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(display->xcb, tile->sequence, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	tile->sequence = 0;
	enum shot_poll outcome = SHOT_POLL_FAILED;
	if (reply) {
		if (take_pixels(tile, visual_of(tile, display), into, reply, err)) {
			unpack(tile, visual_of(tile, display), into->data);
			outcome = SHOT_POLL_DONE;
		}
	} else if (error) {
		shot_fail_x(err, error, "cannot capture");
	} else {
		shot_fail_lost(err, display->xcb);
	}
	free(reply);
	free(error);
	return outcome;
}

void shot_tiles_send(struct shot_tiles *tiles, struct shot_display *display,
	xcb_drawable_t drawable, const struct shot_attachment *into)
{
	for (unsigned i = 0; i < tiles->count; i++) {
		send_tile(&tiles->list[i], display, drawable, into);
	}
	tiles->sent = tiles->count;
	tiles->answered = 0;
	tiles->outcome = SHOT_POLL_DONE;
}

enum shot_poll shot_tiles_poll(struct shot_tiles *tiles, struct shot_display *display,
	const struct shot_attachment *into, struct shot_error *err)
{
	while (shot_tiles_are_awaited(tiles)) {
		struct shot_error why;
		enum shot_poll outcome =
			poll_tile(&tiles->list[tiles->answered], display, into, &why);
		if (outcome == SHOT_POLL_WAITING) {
			return outcome;
		}
		if (outcome == SHOT_POLL_FAILED && tiles->outcome == SHOT_POLL_DONE) {
			tiles->outcome = outcome;
			tiles->err = why;
		}
		tiles->answered++;
	}
	if (tiles->outcome == SHOT_POLL_FAILED) {
		*err = tiles->err;
	}
	return tiles->outcome;
}

bool shot_tiles_are_awaited(const struct shot_tiles *tiles)
{
	return tiles->answered < tiles->sent;
}
