/* Paints known colors on the screen of $DISPLAY, for specs that compare pixels. One command a line
 * on standard input, each answered by "ok", "ok VALUE" or "error TEXT" after the X server has
 * carried it out; or one command as arguments, then exit. What is painted on the root stays.
 *
 *   fill X Y W H RRGGBB       a rectangle on the root
 *   gradient                  the whole root: red = x, green = y, blue = 3x + 5y (each modulo 256)
 *   counter X Y W H N         the rectangle N times, in colors 000001 to N, as fast as it goes
 *   window X Y W H RRGGBB     a window that no manager frames, mapped; answers its id
 *   managed X Y W H RRGGBB    one for the window manager, mapped; answers its id
 *   argb X Y W H AARRGGBB     a window without a manager, of depth 32
 *   child ID X Y W H RRGGBB   a window in another one, mapped
 *   ink ID X Y W H RRGGBB     a rectangle in a window, until the window is drawn again
 *   title ID TEXT             its name
 *   property ID NAME TYPE FORMAT HEX   any property: "property 0x200001 WM_CLASS STRING 8 6100"
 *   shape ID X Y W H          of a window, only that rectangle of it is there
 *   direct X Y W H RRGGBB     a window of a DirectColor visual, whose map shows every level v of a
 *                             channel as 255 - v, mapped; RRGGBB is in its memory; answers its id
 *   invisible X Y W H         a window for input only, mapped; answers its id
 *   edid NAME                 what every output of the server says that it is
 *   focus ID                  where the keys go
 *   iconify ID                ask the manager to put it away
 *   reframe ID N              N times: put it into another frame, and destroy the one before
 *   redirected ID             answers "yes" or "no": whether somebody has its picture kept apart
 *   move ID X Y | resize ID W H | raise ID | map ID | unmap ID | destroy ID
 *   pointer X Y               where the mouse pointer is
 *   cursor W H XHOT YHOT FILE its picture over the root, which lives until the painter ends: W * H
 *                             pixels 0xAARRGGBB, multiplied by their alpha, 4 bytes each
 *   screen W H                the root window's size, for as long as its modes allow it
 *   grab | ungrab             hold the X server, so that it serves nobody else
 *   sleep MS                  before the next command
 *   hold SECONDS              grab, wait, ungrab; for use as arguments
 *
 * Colors are 8 bits a channel. A visual with fewer keeps the upper ones; one with more repeats the
 * upper ones below. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xcb/composite.h>
#include <xcb/randr.h>
#include <xcb/render.h>
#include <xcb/shape.h>
#include <xcb/xcb.h>

struct painter {
	xcb_connection_t *connection;
	xcb_screen_t *screen;
	xcb_visualtype_t *visual;
	unsigned bytes; /* of a pixel in an image */
	xcb_gcontext_t gc;
};

/* An 8-bit channel at the place that the mask names. */
static uint32_t channel(uint32_t value, uint32_t mask)
{
	if (!mask) {
		return 0;
	}
	int shift = __builtin_ctz(mask), bits = __builtin_popcount(mask);
	uint32_t scaled =
		bits <= 8 ? value >> (8 - bits) : value << (bits - 8) | value >> (16 - bits);
	return scaled << shift;
}

static uint32_t pixel_of(const struct painter *painter, uint32_t rgb)
{
	const xcb_visualtype_t *visual = painter->visual;
	return channel(rgb >> 16 & 255, visual->red_mask) |
	       channel(rgb >> 8 & 255, visual->green_mask) | channel(rgb & 255, visual->blue_mask);
}

static void fill(struct painter *painter, const xcb_rectangle_t *where, uint32_t rgb)
{
	uint32_t pixel = pixel_of(painter, rgb);
	xcb_change_gc(painter->connection, painter->gc, XCB_GC_FOREGROUND, &pixel);
	xcb_poly_fill_rectangle(painter->connection, painter->screen->root, painter->gc, 1, where);
}

/* Row by row, because a request is limited in size. */
static void gradient(struct painter *painter)
{
	uint32_t width = painter->screen->width_in_pixels,
		 height = painter->screen->height_in_pixels;
	uint32_t stride = (width * painter->bytes + 3) & ~3u;
	uint8_t *row = calloc(1, stride);
	for (uint32_t y = 0; row && y < height; y++) {
		for (uint32_t x = 0; x < width; x++) {
			uint32_t rgb = (x & 255) << 16 | (y & 255) << 8 | ((3 * x + 5 * y) & 255);
			uint32_t pixel = pixel_of(painter, rgb);
			memcpy(row + x * painter->bytes, &pixel, painter->bytes);
		}
		xcb_put_image(painter->connection, XCB_IMAGE_FORMAT_Z_PIXMAP, painter->screen->root,
			painter->gc, width, 1, 0, y, 0, painter->screen->root_depth, stride, row);
	}
	free(row);
}

static xcb_visualid_t find_visual(const struct painter *painter, uint8_t depth)
{
	xcb_depth_iterator_t it = xcb_screen_allowed_depths_iterator(painter->screen);
	while (it.rem && it.data->depth != depth) {
		xcb_depth_next(&it);
	}
	return it.rem && it.data->visuals_len ? xcb_depth_visuals(it.data)->visual_id : 0;
}

static uint32_t window(struct painter *painter, xcb_window_t parent, const xcb_rectangle_t *where,
	uint32_t rgb, bool is_managed)
{
	uint32_t id = xcb_generate_id(painter->connection);
	uint32_t values[] = {pixel_of(painter, rgb), !is_managed};
	xcb_create_window(painter->connection, XCB_COPY_FROM_PARENT, id, parent, where->x, where->y,
		where->width, where->height, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
		XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
	xcb_map_window(painter->connection, id);
	return id;
}

static uint32_t argb_window(struct painter *painter, const xcb_rectangle_t *where, uint32_t argb)
{
	xcb_connection_t *connection = painter->connection;
	uint32_t id = xcb_generate_id(connection), colors = xcb_generate_id(connection);
	xcb_visualid_t visual = find_visual(painter, 32);
	xcb_create_colormap(
		connection, XCB_COLORMAP_ALLOC_NONE, colors, painter->screen->root, visual);
	uint32_t values[] = {argb, 0, true, colors};
	xcb_create_window(connection, 32, id, painter->screen->root, where->x, where->y,
		where->width, where->height, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, visual,
		XCB_CW_BACK_PIXEL | XCB_CW_BORDER_PIXEL | XCB_CW_OVERRIDE_REDIRECT |
			XCB_CW_COLORMAP,
		values);
	xcb_map_window(connection, id);
	return id;
}

static void ink(
	struct painter *painter, xcb_window_t id, const xcb_rectangle_t *where, uint32_t rgb)
{
	uint32_t pixel = pixel_of(painter, rgb);
	xcb_change_gc(painter->connection, painter->gc, XCB_GC_FOREGROUND, &pixel);
	xcb_poly_fill_rectangle(painter->connection, id, painter->gc, 1, where);
}

static xcb_atom_t atom(struct painter *painter, const char *name)
{
	xcb_connection_t *connection = painter->connection;
	xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(
		connection, xcb_intern_atom(connection, 0, (uint16_t)strlen(name), name), NULL);
	xcb_atom_t id = reply ? reply->atom : XCB_NONE;
	free(reply);
	return id;
}

static void iconify(struct painter *painter, xcb_window_t id)
{
	const xcb_client_message_event_t event = {.response_type = XCB_CLIENT_MESSAGE,
		.format = 32,
		.window = id,
		.type = atom(painter, "WM_CHANGE_STATE"),
		.data.data32 = {3}};
	xcb_send_event(painter->connection, 0, painter->screen->root,
		XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT,
		(const char *)&event);
}

static bool is_redirected(struct painter *painter, xcb_window_t id)
{
	xcb_connection_t *connection = painter->connection;
	uint32_t pixmap = xcb_generate_id(connection);
	xcb_generic_error_t *error = xcb_request_check(
		connection, xcb_composite_name_window_pixmap_checked(connection, id, pixmap));
	bool is_kept = !error;
	if (is_kept) {
		xcb_free_pixmap(connection, pixmap);
	}
	free(error);
	return is_kept;
}

/* "ID NAME TYPE FORMAT HEX"; the bytes are in the machine's order. */
static bool property(struct painter *painter, const char *arguments)
{
	char name[64], type[64];
	unsigned format, byte;
	uint32_t id = 0, size = 0;
	uint8_t data[1024];
	int at = 0;
	if (sscanf(arguments, "%i %63s %63s %u %n", (int *)&id, name, type, &format, &at) != 4) {
		return false;
	}
	for (const char *hex = arguments + at; size < sizeof data && sscanf(hex, "%2x", &byte) == 1;
		hex += 2) {
		data[size++] = (uint8_t)byte;
	}
	xcb_change_property(painter->connection, XCB_PROP_MODE_REPLACE,
		id ? id : painter->screen->root, atom(painter, name), atom(painter, type), format,
		size / (format / 8), data);
	return true;
}

/* The format of pictures 0xAARRGGBB; 0 when there is none. */
static xcb_render_pictformat_t argb_format(xcb_connection_t *connection)
{
	xcb_render_query_pict_formats_reply_t *formats = xcb_render_query_pict_formats_reply(
		connection, xcb_render_query_pict_formats(connection), NULL);
	xcb_render_pictformat_t found = 0;
	if (formats) {
		xcb_render_pictforminfo_iterator_t each =
			xcb_render_query_pict_formats_formats_iterator(formats);
		for (; each.rem; xcb_render_pictforminfo_next(&each)) {
			const xcb_render_directformat_t *direct = &each.data->direct;
			if (each.data->depth == 32 && direct->alpha_mask == 255 &&
				direct->alpha_shift == 24 && direct->red_shift == 16) {
				found = each.data->id;
			}
		}
	}
	free(formats);
	return found;
}

/* `hot` is the pixel that points. False when the file does not hold such a picture. */
static bool set_cursor(
	struct painter *painter, const uint16_t size[2], const uint16_t hot[2], const char *path)
{
	xcb_connection_t *connection = painter->connection;
	uint32_t bytes = 4u * size[0] * size[1];
	uint8_t *pixels = malloc(bytes ? bytes : 1);
	FILE *file = fopen(path, "rb");
	bool good = pixels && file && fread(pixels, 1, bytes, file) == bytes;
	if (good) {
		uint32_t pixmap = xcb_generate_id(connection), gc = xcb_generate_id(connection),
			 picture = xcb_generate_id(connection),
			 cursor = xcb_generate_id(connection);
		xcb_create_pixmap(connection, 32, pixmap, painter->screen->root, size[0], size[1]);
		xcb_create_gc(connection, gc, pixmap, 0, NULL);
		xcb_put_image(connection, XCB_IMAGE_FORMAT_Z_PIXMAP, pixmap, gc, size[0], size[1],
			0, 0, 0, 32, bytes, pixels);
		xcb_render_create_picture(
			connection, picture, pixmap, argb_format(connection), 0, NULL);
		xcb_render_create_cursor(connection, cursor, picture, hot[0], hot[1]);
		xcb_change_window_attributes(
			connection, painter->screen->root, XCB_CW_CURSOR, &cursor);
		xcb_free_cursor(connection, cursor);
		xcb_render_free_picture(connection, picture);
		xcb_free_gc(connection, gc);
		xcb_free_pixmap(connection, pixmap);
	}
	if (file) {
		fclose(file);
	}
	free(pixels);
	return good;
}

/* Wait for the server; false when it has reported an error or is gone. */
static bool settle(struct painter *painter)
{
	xcb_get_input_focus_cookie_t cookie = xcb_get_input_focus(painter->connection);
	free(xcb_get_input_focus_reply(painter->connection, cookie, NULL));
	bool good = !xcb_connection_has_error(painter->connection);
	xcb_generic_event_t *event;
	while ((event = xcb_poll_for_event(painter->connection))) {
		good = good && event->response_type != 0;
		free(event);
	}
	return good;
}

static bool answer(bool good, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs(good ? "ok" : "error", stdout);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
	return good;
}

/* Every output's EDID: one block that holds a product's name. */
static void set_edid(const struct painter *painter, const char *name)
{
	static const uint8_t begin[] = {0, 255, 255, 255, 255, 255, 255, 0};
	xcb_connection_t *connection = painter->connection;
	uint8_t edid[128] = {0}, sum = 0;
	char text[14];
	snprintf(text, sizeof text, "%-13.13s", name);
	memcpy(edid, begin, sizeof begin);
	edid[75] = 0xfc;
	memcpy(edid + 77, text, 13);
	for (int i = 0; i < 127; i++) {
		sum += edid[i];
	}
	edid[127] = (uint8_t)-sum;
	xcb_intern_atom_reply_t *atom =
		xcb_intern_atom_reply(connection, xcb_intern_atom(connection, 0, 4, "EDID"), NULL);
	xcb_randr_get_screen_resources_reply_t *list =
		xcb_randr_get_screen_resources_reply(connection,
			xcb_randr_get_screen_resources(connection, painter->screen->root), NULL);
	for (int i = 0; atom && list && i < list->num_outputs; i++) {
		xcb_randr_change_output_property(connection,
			xcb_randr_get_screen_resources_outputs(list)[i], atom->atom,
			XCB_ATOM_INTEGER, 8, XCB_PROP_MODE_REPLACE, sizeof edid, edid);
	}
	free(list);
	free(atom);
}

/* The DirectColor visual of the screen's depth; 0 when there is none. */
static xcb_visualid_t find_direct(const struct painter *painter)
{
	xcb_depth_iterator_t depth = xcb_screen_allowed_depths_iterator(painter->screen);
	for (; depth.rem; xcb_depth_next(&depth)) {
		xcb_visualtype_iterator_t type = xcb_depth_visuals_iterator(depth.data);
		for (; type.rem && depth.data->depth == painter->screen->root_depth;
			xcb_visualtype_next(&type)) {
			if (type.data->_class == XCB_VISUAL_CLASS_DIRECT_COLOR) {
				return type.data->visual_id;
			}
		}
	}
	return XCB_NONE;
}

static xcb_window_t make_direct(
	struct painter *painter, const int at[2], const uint16_t size[2], uint32_t color)
{
	xcb_connection_t *connection = painter->connection;
	xcb_colormap_t map = xcb_generate_id(connection);
	xcb_window_t id = xcb_generate_id(connection);
	xcb_visualid_t visual = find_direct(painter);
	xcb_coloritem_t items[256];
	for (unsigned i = 0; i < 256; i++) {
		uint16_t shown = (uint16_t)((255 - i) * 257);
		items[i] = (xcb_coloritem_t){.pixel = i << 16 | i << 8 | i,
			.red = shown,
			.green = shown,
			.blue = shown,
			.flags = 7};
	}
	xcb_create_colormap(connection, XCB_COLORMAP_ALLOC_ALL, map, painter->screen->root, visual);
	xcb_store_colors(connection, map, 256, items);
	const uint32_t values[] = {color, 0, 1, map};
	xcb_create_window(connection, painter->screen->root_depth, id, painter->screen->root,
		(int16_t)at[0], (int16_t)at[1], size[0], size[1], 0, XCB_WINDOW_CLASS_INPUT_OUTPUT,
		visual,
		XCB_CW_BACK_PIXEL | XCB_CW_BORDER_PIXEL | XCB_CW_OVERRIDE_REDIRECT |
			XCB_CW_COLORMAP,
		values);
	xcb_map_window(connection, id);
	return id;
}

/* As a manager does: the frame that the window leaves is destroyed. In the end it has none. */
static void reframe(struct painter *painter, xcb_window_t id, unsigned count)
{
	const xcb_rectangle_t at = {20, 40, 100, 60};
	xcb_window_t last = XCB_NONE;
	for (unsigned i = 0; i <= count; i++) {
		xcb_window_t next = i < count
					    ? window(painter, painter->screen->root, &at, 0, false)
					    : XCB_NONE;
		xcb_reparent_window(
			painter->connection, id, next ? next : painter->screen->root, 0, 0);
		if (last) {
			xcb_destroy_window(painter->connection, last);
		}
		settle(painter);
		last = next;
	}
}

static bool execute(struct painter *painter, const char *line)
{
	xcb_connection_t *connection = painter->connection;
	char verb[16] = "";
	int end = 0;
	sscanf(line, "%15s %n", verb, &end);
	const char *rest = line + end;
	xcb_rectangle_t at;
	uint32_t rgb, id = 0;
	int32_t position[2];
	uint16_t size[2], hot[2];
	unsigned count, seconds;
	int text = 0;
	if ((!strcmp(verb, "child") || !strcmp(verb, "ink")) &&
		sscanf(rest, "%i %n", (int *)&id, &text) == 1) {
		rest += text;
	}
	bool shaped =
		sscanf(rest, "%hd %hd %hu %hu %n", &at.x, &at.y, &at.width, &at.height, &text) == 4;

	if (!strcmp(verb, "fill") && shaped && sscanf(rest + text, "%x", &rgb) == 1) {
		fill(painter, &at, rgb);
	} else if (!strcmp(verb, "gradient")) {
		gradient(painter);
	} else if (!strcmp(verb, "counter") && shaped && sscanf(rest + text, "%u", &count) == 1) {
		for (unsigned i = 1; i <= count; i++) {
			fill(painter, &at, i);
		}
	} else if (!strcmp(verb, "window") && shaped && sscanf(rest + text, "%x", &rgb) == 1) {
		id = window(painter, painter->screen->root, &at, rgb, false);
		return answer(settle(painter), " 0x%x", id);
	} else if (!strcmp(verb, "managed") && shaped && sscanf(rest + text, "%x", &rgb) == 1) {
		id = window(painter, painter->screen->root, &at, rgb, true);
		return answer(settle(painter), " 0x%x", id);
	} else if (!strcmp(verb, "argb") && shaped && sscanf(rest + text, "%x", &rgb) == 1) {
		id = argb_window(painter, &at, rgb);
		return answer(settle(painter), " 0x%x", id);
	} else if (!strcmp(verb, "child") && shaped && sscanf(rest + text, "%x", &rgb) == 1) {
		id = window(painter, id, &at, rgb, false);
		return answer(settle(painter), " 0x%x", id);
	} else if (!strcmp(verb, "ink") && shaped && sscanf(rest + text, "%x", &rgb) == 1) {
		ink(painter, id, &at, rgb);
	} else if (!strcmp(verb, "property") && property(painter, rest)) {
	} else if (!strcmp(verb, "iconify") && sscanf(rest, "%i", (int *)&id) == 1) {
		iconify(painter, id);
	} else if (!strcmp(verb, "reframe") && sscanf(rest, "%i %u", (int *)&id, &count) == 2) {
		reframe(painter, id, count);
	} else if (!strcmp(verb, "redirected") && sscanf(rest, "%i", (int *)&id) == 1) {
		return answer(true, is_redirected(painter, id) ? " yes" : " no");
	} else if (!strcmp(verb, "focus") && sscanf(rest, "%i", (int *)&id) == 1) {
		xcb_set_input_focus(connection, XCB_INPUT_FOCUS_PARENT, id, XCB_CURRENT_TIME);
	} else if (!strcmp(verb, "raise") && sscanf(rest, "%i", (int *)&id) == 1) {
		uint32_t above = XCB_STACK_MODE_ABOVE;
		xcb_configure_window(connection, id, XCB_CONFIG_WINDOW_STACK_MODE, &above);
	} else if (!strcmp(verb, "resize") &&
		   sscanf(rest, "%i %d %d", (int *)&id, &position[0], &position[1]) == 3) {
		xcb_configure_window(connection, id,
			XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, position);
	} else if (!strcmp(verb, "shape") &&
		   sscanf(rest, "%i %d %d %hu %hu", (int *)&id, &position[0], &position[1],
			   &size[0], &size[1]) == 5) {
		const xcb_rectangle_t rect = {
			(int16_t)position[0], (int16_t)position[1], size[0], size[1]};
		xcb_shape_rectangles(connection, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING,
			XCB_CLIP_ORDERING_UNSORTED, id, 0, 0, 1, &rect);
	} else if (!strcmp(verb, "invisible") && sscanf(rest, "%d %d %hu %hu", &position[0],
							 &position[1], &size[0], &size[1]) == 4) {
		const uint32_t unmanaged = 1;
		id = xcb_generate_id(connection);
		xcb_create_window(connection, 0, id, painter->screen->root, (int16_t)position[0],
			(int16_t)position[1], size[0], size[1], 0, XCB_WINDOW_CLASS_INPUT_ONLY,
			XCB_COPY_FROM_PARENT, XCB_CW_OVERRIDE_REDIRECT, &unmanaged);
		xcb_map_window(connection, id);
		return settle(painter) ? answer(true, " %u", id)
				       : answer(false, " the X server refused \"%s\"", line);
	} else if (!strcmp(verb, "edid")) {
		set_edid(painter, rest);
	} else if (!strcmp(verb, "direct") &&
		   sscanf(rest, "%d %d %hu %hu %x", &position[0], &position[1], &size[0], &size[1],
			   &count) == 5) {
		id = make_direct(painter, position, size, count);
		return settle(painter) ? answer(true, " %u", id)
				       : answer(false, " the X server refused \"%s\"", line);
	} else if (!strcmp(verb, "title") && sscanf(rest, "%i %n", (int *)&id, &text) == 1) {
		xcb_change_property(connection, XCB_PROP_MODE_REPLACE, id, XCB_ATOM_WM_NAME,
			XCB_ATOM_STRING, 8, strlen(rest + text), rest + text);
	} else if (!strcmp(verb, "move") &&
		   sscanf(rest, "%i %d %d", (int *)&id, &position[0], &position[1]) == 3) {
		xcb_configure_window(
			connection, id, XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, position);
	} else if (!strcmp(verb, "map") && sscanf(rest, "%i", (int *)&id) == 1) {
		xcb_map_window(connection, id);
	} else if (!strcmp(verb, "unmap") && sscanf(rest, "%i", (int *)&id) == 1) {
		xcb_unmap_window(connection, id);
	} else if (!strcmp(verb, "destroy") && sscanf(rest, "%i", (int *)&id) == 1) {
		xcb_destroy_window(connection, id);
	} else if (!strcmp(verb, "pointer") &&
		   sscanf(rest, "%d %d", &position[0], &position[1]) == 2) {
		xcb_warp_pointer(connection, XCB_NONE, painter->screen->root, 0, 0, 0, 0,
			position[0], position[1]);
	} else if (!strcmp(verb, "cursor") && sscanf(rest, "%hu %hu %hu %hu %n", &size[0], &size[1],
						      &hot[0], &hot[1], &text) == 4) {
		if (!set_cursor(painter, size, hot, rest + text)) {
			return answer(false, " no picture of that size in \"%s\"", rest + text);
		}
	} else if (!strcmp(verb, "screen") &&
		   sscanf(rest, "%d %d", &position[0], &position[1]) == 2) {
		xcb_randr_set_screen_size(connection, painter->screen->root, position[0],
			position[1], position[0] / 4, position[1] / 4);
	} else if (!strcmp(verb, "sleep") && sscanf(rest, "%u", &count) == 1) {
		usleep(count * 1000);
	} else if (!strcmp(verb, "grab")) {
		xcb_grab_server(connection);
	} else if (!strcmp(verb, "ungrab")) {
		xcb_ungrab_server(connection);
	} else if (!strcmp(verb, "hold") && sscanf(rest, "%u", &seconds) == 1) {
		xcb_grab_server(connection);
		settle(painter);
		sleep(seconds);
		xcb_ungrab_server(connection);
	} else {
		return answer(false, " cannot read the command \"%s\"", line);
	}
	return settle(painter) ? answer(true, "")
			       : answer(false, " the X server refused \"%s\"", line);
}

static bool open_display(struct painter *painter)
{
	int number;
	painter->connection = xcb_connect(NULL, &number);
	if (xcb_connection_has_error(painter->connection)) {
		return false;
	}
	const xcb_setup_t *setup = xcb_get_setup(painter->connection);
	painter->screen = xcb_setup_roots_iterator(setup).data;
	xcb_depth_iterator_t depth = xcb_screen_allowed_depths_iterator(painter->screen);
	for (; depth.rem; xcb_depth_next(&depth)) {
		xcb_visualtype_iterator_t visual = xcb_depth_visuals_iterator(depth.data);
		for (; visual.rem; xcb_visualtype_next(&visual)) {
			if (visual.data->visual_id == painter->screen->root_visual) {
				painter->visual = visual.data;
			}
		}
	}
	xcb_format_iterator_t format = xcb_setup_pixmap_formats_iterator(setup);
	for (; format.rem; xcb_format_next(&format)) {
		if (format.data->depth == painter->screen->root_depth) {
			painter->bytes = format.data->bits_per_pixel / 8;
		}
	}
	painter->gc = xcb_generate_id(painter->connection);
	xcb_create_gc(painter->connection, painter->gc, painter->screen->root, 0, NULL);
	return painter->visual && painter->bytes;
}

int main(int argc, char **argv)
{
	struct painter painter = {0};
	char line[4096] = "";
	bool good = open_display(&painter);
	if (!good) {
		answer(false, " cannot use the display");
	} else if (argc > 1) {
		for (int i = 1; i < argc; i++) {
			size_t used = strlen(line);
			snprintf(
				line + used, sizeof line - used, "%s%s", i > 1 ? " " : "", argv[i]);
		}
		good = execute(&painter, line);
	} else {
		while (fgets(line, sizeof line, stdin)) {
			line[strcspn(line, "\n")] = '\0';
			execute(&painter, line);
		}
	}
	xcb_disconnect(painter.connection);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
