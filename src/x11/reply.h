/* Reads the variable part of replies. A server that errs or lies, or a program in between, can
 * state any count and length: these functions return only bytes that arrived. luashot reads the
 * variable parts of replies only here. NULL as a reply (refused, lost) is an empty one. */
#ifndef SHOT_X11_REPLY_H
#define SHOT_X11_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include <xcb/randr.h>
#include <xcb/shape.h>
#include <xcb/shm.h>
#include <xcb/xcb.h>
#include <xcb/xfixes.h>
#include <xcb/xinerama.h>

/* Bytes, or elements of one size, of a reply; never more than arrived. */
struct shot_bytes {
	const void *data;
	size_t size;
};

/* The text of a name, or the pixels; empty for an empty reply. */
struct shot_bytes shot_reply_atom_name(const xcb_get_atom_name_reply_t *reply);
struct shot_bytes shot_reply_image(const xcb_get_image_reply_t *reply);
struct shot_bytes shot_reply_output_name(const xcb_randr_get_output_info_reply_t *reply);

/* A property's value: empty when its format is not valid. */
struct shot_bytes shot_reply_property(const xcb_get_property_reply_t *reply);
struct shot_bytes shot_reply_output_property(const xcb_randr_get_output_property_reply_t *reply);

/* Lists, with the number of their elements in `*count`; they live as long as the reply. */
const xcb_window_t *shot_reply_children(const xcb_query_tree_reply_t *reply, size_t *count);
const xcb_rectangle_t *shot_reply_region(
	const xcb_xfixes_fetch_region_reply_t *reply, size_t *count);
const xcb_rgb_t *shot_reply_colors(const xcb_query_colors_reply_t *reply, size_t *count);
const xcb_rectangle_t *shot_reply_shape(
	const xcb_shape_get_rectangles_reply_t *reply, size_t *count);
const xcb_xinerama_screen_info_t *shot_reply_heads(
	const xcb_xinerama_query_screens_reply_t *reply, size_t *count);

/* For both kinds of resources replies, which have the same layout. */
const xcb_randr_crtc_t *shot_reply_crtcs(
	const xcb_randr_get_screen_resources_current_reply_t *reply, size_t *count);

/* The first output of a CRTC; 0 for none. */
xcb_randr_output_t shot_reply_crtc_output(const xcb_randr_get_crtc_info_reply_t *reply);

/* The next monitor at `*at`, which begins with 0; NULL after the last. `output` is its first
 * output, 0 for none. */
const xcb_randr_monitor_info_t *shot_reply_monitor(
	const xcb_randr_get_monitors_reply_t *reply, size_t *at, xcb_randr_output_t *output);

/* The pixels of a cursor's image, width x height of them; NULL when some are missing. */
const uint32_t *shot_reply_cursor(const xcb_xfixes_get_cursor_image_reply_t *reply);

/* The reply itself; NULL when its fixed part, which is longer than that of others, is incomplete.
 * */
const xcb_get_window_attributes_reply_t *shot_reply_attributes(const void *reply);
const xcb_randr_get_output_info_reply_t *shot_reply_output_info(const void *reply);

#endif
