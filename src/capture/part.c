#include "capture/part.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/composite.h>
#include <xcb/xcbext.h>

#include "image/unpack.h"
#include "x11/fail.h"
#include "x11/owed.h"

size_t shot_part_bytes(struct shot_rect rect)
{
	return (size_t)rect.width * 4 * (size_t)rect.height;
}

static size_t wire_bytes(const struct shot_part *part, const struct shot_visual *visual)
{
	return shot_visual_stride(visual, part->rect.width) * (size_t)part->rect.height;
}

/* The server's own rows, where they take less room than ours, go to the end of the part's place,
 * from where they are spread out towards its start. */
static size_t wire_offset(const struct shot_part *part, const struct shot_visual *visual)
{
	return part->offset + shot_part_bytes(part->rect) - wire_bytes(part, visual);
}

static const struct shot_visual *visual_of(
	const struct shot_part *part, const struct shot_display *display)
{
	return part->behind.window ? &part->behind.visual : &display->visual;
}

/* The pixmap is that of this moment: a window gets another one with each new size. */
static void name_pixmap(const struct shot_behind *behind, struct shot_display *display)
{
	xcb_connection_t *xcb = display->xcb;
	/* Windows inside of it that are redirected by themselves, those of another depth, are
	 * painted into it now and then only. */
	shot_owed_paint(display);
	xcb_discard_reply(
		xcb, xcb_composite_name_window_pixmap_checked(xcb, behind->window, behind->pixmap)
			     .sequence);
}

/* Returns the sequence of the reply. */
static unsigned send(const struct shot_part *part, struct shot_display *display,
	xcb_drawable_t drawable, const struct shot_attachment *into)
{
	if (into->seg) {
		int16_t x = (int16_t)part->rect.x, y = (int16_t)part->rect.y;
		uint16_t width = (uint16_t)part->rect.width, height = (uint16_t)part->rect.height;
		uint32_t offset = (uint32_t)wire_offset(part, visual_of(part, display));
		return xcb_shm_get_image(display->xcb, drawable, x, y, width, height, ~0u,
			XCB_IMAGE_FORMAT_Z_PIXMAP, into->seg, offset)
			.sequence;
	}
	return shot_owed_get_image(display, drawable, part->rect);
}

void shot_part_send(struct shot_part *part, struct shot_display *display, xcb_drawable_t drawable,
	const struct shot_attachment *into)
{
	if (!part->behind.window) {
		part->sequence = send(part, display, drawable, into);
		return;
	}
	name_pixmap(&part->behind, display);
	part->sequence = send(part, display, part->behind.pixmap, into);
	xcb_discard_reply(
		display->xcb, xcb_free_pixmap_checked(display->xcb, part->behind.pixmap).sequence);
}

/* Check how much there is, and copy what came through the socket. */
static bool take_pixels(const struct shot_part *part, const struct shot_visual *visual,
	const struct shot_attachment *into, const void *reply, struct shot_error *err)
{
	size_t expected = wire_bytes(part, visual);
	size_t got = into->seg ? ((const xcb_shm_get_image_reply_t *)reply)->size
			       : (size_t)xcb_get_image_data_length(reply);
	if (got < expected) {
		return shot_fail(err, "EXERROR",
			"the X server sent %zu of the %zu bytes of a capture", got, expected);
	}
	if (!into->seg) {
		memcpy(into->data + wire_offset(part, visual), xcb_get_image_data(reply), expected);
	}
	return true;
}

static void unpack(const struct shot_part *part, const struct shot_visual *visual, uint8_t *memory)
{
	const uint8_t *wire = memory + wire_offset(part, visual);
	size_t wire_stride = shot_visual_stride(visual, part->rect.width);
	size_t stride = (size_t)part->rect.width * 4;
	switch (visual->pixels) {
	case SHOT_PIXELS_BGRX:
		break;
	case SHOT_PIXELS_BGRA:
		shot_unpack_opaque(memory + part->offset, shot_part_bytes(part->rect) / 4);
		break;
	case SHOT_PIXELS_RGB565:
		shot_unpack_565(wire, wire_stride, memory + part->offset, stride, part->rect.width,
			part->rect.height);
		break;
	case SHOT_PIXELS_X2RGB10:
		shot_unpack_x2rgb10(wire, wire_stride, memory + part->offset, stride,
			part->rect.width, part->rect.height);
		break;
	}
}

enum shot_part_state shot_part_poll(struct shot_part *part, struct shot_display *display,
	const struct shot_attachment *into, struct shot_error *err)
{
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(display->xcb, part->sequence, &reply, &error)) {
		return SHOT_PART_WAITING;
	}
	part->sequence = 0;
	enum shot_part_state state = SHOT_PART_FAILED;
	if (reply) {
		if (take_pixels(part, visual_of(part, display), into, reply, err)) {
			unpack(part, visual_of(part, display), into->data);
			state = SHOT_PART_IN;
		}
	} else if (error) {
		shot_fail_x(err, error, "cannot capture");
		state = error->error_code == XCB_MATCH ? SHOT_PART_MISMATCH : SHOT_PART_FAILED;
	} else {
		shot_fail_lost(err, display->xcb);
	}
	free(reply);
	free(error);
	return state;
}
