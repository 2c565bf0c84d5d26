/* Replies of any bytes, as libxcb hands them out: as long as their length says, and no word of the
 * rest can be trusted. All that is read of them is touched. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "x11/colors.h"
#include "x11/property.h"
#include "x11/reply.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

static void touch(const void *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		sink ^= ((const uint8_t *)data)[i];
	}
}

static void touch_bytes(struct shot_bytes bytes)
{
	touch(bytes.data, bytes.size);
	char line[64];
	shot_text_read(bytes.data, bytes.size, false, line, sizeof line);
}

static void read_lists(const void *reply)
{
	size_t count, at = 0;
	xcb_randr_output_t output;
	const void *list = shot_reply_children(reply, &count);
	touch(list, count * 4);
	list = shot_reply_crtcs(reply, &count);
	touch(list, count * 4);
	list = shot_reply_region(reply, &count);
	touch(list, count * sizeof(xcb_rectangle_t));
	list = shot_reply_shape(reply, &count);
	touch(list, count * sizeof(xcb_rectangle_t));
	list = shot_reply_heads(reply, &count);
	touch(list, count * sizeof(xcb_xinerama_screen_info_t));
	const xcb_randr_monitor_info_t *monitor;
	while ((monitor = shot_reply_monitor(reply, &at, &output))) {
		touch(monitor, sizeof *monitor);
	}
	shot_reply_crtc_output(reply);
	const xcb_xfixes_get_cursor_image_reply_t *cursor = reply;
	list = shot_reply_cursor(cursor);
	if (list) {
		touch(list, (size_t)cursor->width * cursor->height * 4);
	}
}

static void read_texts(const void *reply)
{
	char text[64];
	touch_bytes(shot_reply_atom_name(reply));
	touch_bytes(shot_reply_image(reply));
	touch_bytes(shot_reply_property(reply));
	touch_bytes(shot_reply_output_property(reply));
	const xcb_randr_get_output_info_reply_t *info = shot_reply_output_info(reply);
	touch_bytes(shot_reply_output_name(info));
	const xcb_get_window_attributes_reply_t *attributes = shot_reply_attributes(reply);
	touch(attributes, attributes ? sizeof *attributes : 0);
	struct shot_property property = shot_property_of(reply);
	shot_property_text(&property, 200, text, sizeof text);
	shot_property_number(&property, XCB_ATOM_CARDINAL);
	struct shot_error err;
	shot_colors_check(reply, "it", &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t whole = size < 32 ? 32 : size / 4 * 4;
	uint8_t *reply = calloc(1, whole);
	memcpy(reply, data, size < whole ? size : whole);
	uint32_t length = (uint32_t)(whole - 32) / 4;
	memcpy(reply + 4, &length, sizeof length);
	read_lists(reply);
	read_texts(reply);
	free(reply);
	return 0;
}
