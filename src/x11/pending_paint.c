#include "x11/pending_paint.h"

#include "x11/io.h"

static void make_pixel(struct shot_display *display)
{
	xcb_connection_t *xcb = display->xcb;
	const uint32_t values[] = {XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, 0};
	display->pixel = shot_io_generate_id(xcb);
	display->pixel_gc = shot_io_generate_id(xcb);
	xcb_create_pixmap(xcb, display->visual.depth, display->pixel, display->root, 1, 1);
	xcb_create_gc(xcb, display->pixel_gc, display->pixel,
		XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES, values);
}

xcb_pixmap_t shot_pending_paint_pixel(struct shot_display *display)
{
	if (!display->pixel) {
		make_pixel(display);
	}
	return display->pixel;
}

void shot_pending_paint_flush(struct shot_display *display)
{
	shot_pending_paint_pixel(display);
	if (display->source.lacks[SHOT_ABILITY_SCREEN]) {
		return; /* no window is painted into such a root */
	}
	xcb_copy_area(
		display->xcb, display->root, display->pixel, display->pixel_gc, 0, 0, 0, 0, 1, 1);
}

unsigned shot_pending_paint_get_image(
	struct shot_display *display, xcb_drawable_t drawable, struct shot_rect rect)
{
	xcb_connection_t *xcb = display->xcb;
	bool makes_events = display->accounts > 0;
	if (makes_events) {
		shot_display_hold(
			&display->source); /* so that no other client comes between the two */
		shot_pending_paint_flush(display);
	}
	unsigned sequence = xcb_get_image(xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, drawable, (int16_t)rect.x,
		(int16_t)rect.y, (uint16_t)rect.width, (uint16_t)rect.height, ~0u)
				    .sequence;
	if (makes_events) {
		shot_display_release(&display->source);
	}
	return sequence;
}
