#include "x11/reply.h"

#include <stdbool.h>

#define HEAD 32 /* bytes of every reply; its length counts the bytes after them in fours */

static size_t size_of(const void *reply)
{
	return HEAD + (size_t)((const xcb_get_atom_name_reply_t *)reply)->length * 4;
}

/* The number of `count` elements of `each` bytes from `offset` on that arrived. */
static size_t came(const void *reply, size_t offset, uint64_t count, size_t each)
{
	size_t size = size_of(reply), most = offset <= size ? (size - offset) / each : 0;
	return count < most ? (size_t)count : most;
}

static struct shot_bytes read_bytes(const void *reply, size_t offset, uint64_t size)
{
	if (!reply) {
		return (struct shot_bytes){0};
	}
	return (struct shot_bytes){(const char *)reply + offset, came(reply, offset, size, 1)};
}

static const void *read_list(
	const void *reply, size_t offset, size_t stated, size_t each, size_t *count)
{
	*count = reply ? came(reply, offset, stated, each) : 0;
	return *count > 0 ? (const char *)reply + offset : NULL;
}

struct shot_bytes shot_reply_atom_name(const xcb_get_atom_name_reply_t *reply)
{
	return read_bytes(reply, sizeof *reply, reply ? reply->name_len : 0);
}

struct shot_bytes shot_reply_image(const xcb_get_image_reply_t *reply)
{
	return read_bytes(reply, sizeof *reply, SIZE_MAX);
}

struct shot_bytes shot_reply_output_name(const xcb_randr_get_output_info_reply_t *reply)
{
	size_t lists =
		reply ? 4 * ((size_t)reply->num_crtcs + reply->num_modes + reply->num_clones) : 0;
	return read_bytes(reply, sizeof *reply + lists, reply ? reply->name_len : 0);
}

static struct shot_bytes read_value(
	const void *reply, size_t offset, unsigned format, uint32_t elements)
{
	bool is_format = format == 8 || format == 16 || format == 32;
	return read_bytes(reply, offset, is_format ? (uint64_t)elements * (format / 8) : 0);
}

struct shot_bytes shot_reply_property(const xcb_get_property_reply_t *reply)
{
	return reply ? read_value(reply, sizeof *reply, reply->format, reply->value_len)
		     : (struct shot_bytes){0};
}

struct shot_bytes shot_reply_output_property(const xcb_randr_get_output_property_reply_t *reply)
{
	return reply ? read_value(reply, sizeof *reply, reply->format, reply->num_items)
		     : (struct shot_bytes){0};
}

const xcb_window_t *shot_reply_children(const xcb_query_tree_reply_t *reply, size_t *count)
{
	return read_list(
		reply, sizeof *reply, reply ? reply->children_len : 0, sizeof(xcb_window_t), count);
}

const xcb_rectangle_t *shot_reply_region(
	const xcb_xfixes_fetch_region_reply_t *reply, size_t *count)
{
	return read_list(reply, sizeof *reply, SIZE_MAX, sizeof(xcb_rectangle_t), count);
}

const xcb_rgb_t *shot_reply_colors(const xcb_query_colors_reply_t *reply, size_t *count)
{
	return read_list(
		reply, sizeof *reply, reply ? reply->colors_len : 0, sizeof(xcb_rgb_t), count);
}

const xcb_rectangle_t *shot_reply_shape(
	const xcb_shape_get_rectangles_reply_t *reply, size_t *count)
{
	return read_list(reply, sizeof *reply, reply ? reply->rectangles_len : 0,
		sizeof(xcb_rectangle_t), count);
}

const xcb_xinerama_screen_info_t *shot_reply_heads(
	const xcb_xinerama_query_screens_reply_t *reply, size_t *count)
{
	return read_list(reply, sizeof *reply, reply ? reply->number : 0,
		sizeof(xcb_xinerama_screen_info_t), count);
}

const xcb_randr_crtc_t *shot_reply_crtcs(
	const xcb_randr_get_screen_resources_current_reply_t *reply, size_t *count)
{
	return read_list(reply, sizeof *reply, reply ? reply->num_crtcs : 0,
		sizeof(xcb_randr_crtc_t), count);
}

xcb_randr_output_t shot_reply_crtc_output(const xcb_randr_get_crtc_info_reply_t *reply)
{
	size_t count;
	const xcb_randr_output_t *outputs = read_list(reply, sizeof *reply,
		reply ? reply->num_outputs : 0, sizeof(xcb_randr_output_t), &count);
	return outputs ? outputs[0] : XCB_NONE;
}

const xcb_randr_monitor_info_t *shot_reply_monitor(
	const xcb_randr_get_monitors_reply_t *reply, size_t *at, xcb_randr_output_t *output)
{
	size_t offset = sizeof *reply + *at;
	const xcb_randr_monitor_info_t *info = (const void *)((const char *)reply + offset);
	if (!reply || came(reply, offset, 1, sizeof *info) == 0) {
		return NULL;
	}
	size_t count;
	const xcb_randr_output_t *outputs = read_list(
		reply, offset + sizeof *info, info->nOutput, sizeof(xcb_randr_output_t), &count);
	*output = outputs ? outputs[0] : XCB_NONE;
	*at += sizeof *info + count * sizeof(xcb_randr_output_t);
	return info;
}

const uint32_t *shot_reply_cursor(const xcb_xfixes_get_cursor_image_reply_t *reply)
{
	size_t pixels = reply ? (size_t)reply->width * reply->height : 0, count;
	const uint32_t *list = read_list(reply, sizeof *reply, pixels, sizeof *list, &count);
	return count == pixels ? list : NULL;
}

const xcb_get_window_attributes_reply_t *shot_reply_attributes(const void *reply)
{
	const xcb_get_window_attributes_reply_t *attributes = reply;
	return reply && size_of(reply) >= sizeof *attributes ? attributes : NULL;
}

const xcb_randr_get_output_info_reply_t *shot_reply_output_info(const void *reply)
{
	const xcb_randr_get_output_info_reply_t *info = reply;
	return reply && size_of(reply) >= sizeof *info ? info : NULL;
}
