#include "x11/visual.h"

static const struct known {
	enum shot_wire wire;
	unsigned bits_per_pixel;
	uint32_t red, green, blue;
} known_layouts[] = {
	{SHOT_WIRE_BGRX, 32, 0xff0000, 0x00ff00, 0x0000ff},
	{SHOT_WIRE_RGB565, 16, 0xf800, 0x07e0, 0x001f},
	{SHOT_WIRE_X2RGB10, 32, 0x3ff00000, 0x000ffc00, 0x000003ff},
};

/* Finds the visual and its depth. */
static const xcb_visualtype_t *find_visual(
	const xcb_screen_t *screen, xcb_visualid_t id, uint8_t *of_depth)
{
	xcb_depth_iterator_t depth = xcb_screen_allowed_depths_iterator(screen);
	for (; depth.rem; xcb_depth_next(&depth)) {
		xcb_visualtype_iterator_t type = xcb_depth_visuals_iterator(depth.data);
		for (; type.rem; xcb_visualtype_next(&type)) {
			if (type.data->visual_id == id) {
				*of_depth = depth.data->depth;
				return type.data;
			}
		}
	}
	return NULL;
}

static const xcb_format_t *find_format(const xcb_setup_t *setup, uint8_t depth)
{
	xcb_format_iterator_t format = xcb_setup_pixmap_formats_iterator(setup);
	for (; format.rem; xcb_format_next(&format)) {
		if (format.data->depth == depth) {
			return format.data;
		}
	}
	return NULL;
}

/* The reason why the layout of pixels is not known. */
static const char *find_obstacle(
	const xcb_setup_t *setup, const xcb_visualtype_t *type, const xcb_format_t *format)
{
	if (type->_class < XCB_VISUAL_CLASS_TRUE_COLOR) {
		return "they are indexes of a color map";
	}
	if (setup->image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST) {
		return "their most significant byte comes first";
	}
	if (format->scanline_pad != 32) {
		return "their rows are not padded to 32 bits";
	}
	return "red, green and blue are not 8, 5-6-5 or 10 bits in this order";
}

bool shot_visual_read(struct shot_visual *visual, const xcb_setup_t *setup,
	const xcb_screen_t *screen, xcb_visualid_t id, struct shot_error *err)
{
	uint8_t depth = 0;
	const xcb_visualtype_t *type = find_visual(screen, id, &depth);
	const xcb_format_t *format = find_format(setup, depth);
	if (!type || !format) {
		return shot_fail(
			err, "EVISUAL", "the X server does not describe its visual 0x%x", id);
	}
	bool true_color = type->_class == XCB_VISUAL_CLASS_TRUE_COLOR ||
			  type->_class == XCB_VISUAL_CLASS_DIRECT_COLOR;
	bool plain =
		setup->image_byte_order == XCB_IMAGE_ORDER_LSB_FIRST && format->scanline_pad == 32;
	for (size_t i = 0; true_color && plain && i < sizeof known_layouts / sizeof *known_layouts;
		i++) {
		const struct known *known = &known_layouts[i];
		if (format->bits_per_pixel == known->bits_per_pixel &&
			type->red_mask == known->red && type->green_mask == known->green &&
			type->blue_mask == known->blue) {
			bool has_alpha = known->wire == SHOT_WIRE_BGRX && depth == 32;
			bool is_direct = type->_class == XCB_VISUAL_CLASS_DIRECT_COLOR;
			*visual = (struct shot_visual){
				.wire = has_alpha ? SHOT_WIRE_BGRA : known->wire,
				.depth = depth,
				.is_mapped = is_direct && known->wire == SHOT_WIRE_BGRX};
			return true;
		}
	}
	return shot_fail(err, "EVISUAL",
		"cannot read these pixels: %s (depth %u, visual class %u, %u bits a pixel, masks "
		"%06x/%06x/%06x, %s first)",
		find_obstacle(setup, type, format), depth, type->_class, format->bits_per_pixel,
		type->red_mask, type->green_mask, type->blue_mask,
		setup->image_byte_order == XCB_IMAGE_ORDER_LSB_FIRST ? "LSB" : "MSB");
}
