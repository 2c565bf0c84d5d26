#include "lua/draw.h"

#include <lauxlib.h>
#include <string.h>

#include "image/draw.h"
#include "image/image.h"
#include "image/text.h"
#include "lua/args.h"
#include "lua/color.h"
#include "lua/frame.h"
#include "lua/scale.h"
#include "zerobuffer/writer.h"

/* Returns the writable view of the frame at `arg`: an image, or an open reservation; raises
 * otherwise. Pixels in a slot or read from a ring are the capture itself, and may be shared. */
static const struct shot_view *check_canvas(lua_State *L, int arg)
{
	const struct shot_view *view = &shotL_check_frame(L, arg)->view;
	if (!shot_image_is(view) && !zb_reservation_is_open(view->owner)) {
		luaL_error(L, "a captured frame cannot be drawn on: draw on frame:copy()");
	}
	return view;
}

static struct shot_rect check_area(lua_State *L, int arg)
{
	struct shot_rect rect = shotL_check_rect(L, arg);
	luaL_argcheck(L, !shot_rect_is_empty(rect), arg, "width and height expected");
	return rect;
}

static int itself(lua_State *L)
{
	lua_settop(L, 1);
	return 1;
}

int shotL_frame_fill(lua_State *L)
{
	uint8_t rgb[3];
	check_canvas(L, 1);
	struct shot_rect rect = check_area(L, 2);
	shotL_check_color(L, 3, rgb);
	shot_view_fill(check_canvas(L, 1), rect, rgb);
	return itself(L);
}

int shotL_frame_rectangle(lua_State *L)
{
	static const char *const names[] = {"thickness", NULL};
	uint8_t rgb[3];
	check_canvas(L, 1);
	struct shot_rect rect = check_area(L, 2);
	shotL_check_color(L, 3, rgb);
	shotL_check_options(L, 4, names);
	int32_t thickness = (int32_t)shotL_field_integer(L, 4, "thickness", 2, 1, 1000);
	shot_view_rectangle(check_canvas(L, 1), rect, thickness, rgb);
	return itself(L);
}

int shotL_frame_blur(lua_State *L)
{
	check_canvas(L, 1);
	struct shot_rect rect = check_area(L, 2);
	lua_Integer radius = luaL_optinteger(L, 3, 16);
	luaL_argcheck(L, radius >= 1 && radius <= 1000, 3, "a radius of 1 to 1000 expected");
	struct shot_error err;
	if (!shot_view_blur(check_canvas(L, 1), rect, (int32_t)radius, &err)) {
		return shotL_fail(L, &err);
	}
	return itself(L);
}

int shotL_frame_text(lua_State *L)
{
	static const char *const names[] = {"color", "background", "scale", NULL};
	uint8_t rgb[3] = {0}, behind[3];
	check_canvas(L, 1);
	int32_t x = shotL_check_int32(L, 2), y = shotL_check_int32(L, 3);
	size_t length;
	const char *text = luaL_checklstring(L, 4, &length);
	luaL_argcheck(L, strlen(text) == length, 4, "text cannot hold a NUL byte");
	shotL_check_options(L, 5, names);
	shotL_field_color(L, 5, "color", rgb);
	bool has_background = shotL_field_color(L, 5, "background", behind);
	int32_t scale = (int32_t)shotL_field_integer(L, 5, "scale", 1, 1, 100);
	const struct shot_view *view = check_canvas(L, 1);
	if (has_background) {
		struct shot_rect area = shot_text_size(text, scale);
		area.x = x;
		area.y = y;
		shot_view_fill(view, area, behind);
	}
	shot_view_text(view, x, y, text, scale, rgb);
	return itself(L);
}

static bool overlap(const struct shot_view *one, const struct shot_view *other)
{
	const uint8_t *end = shot_view_row(one, one->height - 1) + one->stride;
	const uint8_t *other_end = shot_view_row(other, other->height - 1) + other->stride;
	return one->data < other_end && other->data < end;
}

int shotL_frame_copy_to(lua_State *L)
{
	static const char *const names[] = {"x", "y", "width", "height", "filter", NULL};
	const struct shot_view *from = &shotL_check_frame(L, 1)->view;
	check_canvas(L, 2);
	shotL_check_options(L, 3, names);
	struct shot_rect rect = {
		.x = (int32_t)shotL_field_integer(L, 3, "x", 0, INT32_MIN, INT32_MAX),
		.y = (int32_t)shotL_field_integer(L, 3, "y", 0, INT32_MIN, INT32_MAX),
		.width = (int32_t)shotL_field_integer(L, 3, "width", from->width, 1, INT32_MAX),
		.height = (int32_t)shotL_field_integer(L, 3, "height", from->height, 1, INT32_MAX),
	};
	enum shot_filter filter = shotL_check_filter(L, 3);
	from = &shotL_check_frame(L, 1)->view; /* a finalizer may have released it */
	struct shot_view out;
	struct shot_error err;
	if (!shot_view_crop(check_canvas(L, 2), rect, &out, &err)) {
		return shotL_fail(L, &err);
	}
	bool apart = !overlap(from, &out);
	bool ok = apart && shot_view_scale_into(from, filter, &out, &err);
	shot_view_unref(&out);
	luaL_argcheck(L, apart, 2, "the target is part of the frame itself");
	if (!ok) {
		return shotL_fail(L, &err);
	}
	lua_settop(L, 2);
	return 1;
}
