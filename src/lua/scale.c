#include "lua/scale.h"

#include <lauxlib.h>

#include "image/scale.h"
#include "lua/args.h"
#include "lua/frame.h"

static int scale(lua_State *L, int32_t width, int32_t height, enum shot_filter filter)
{
	struct shotL_frame *handle = shotL_new_frame(L);
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	struct shot_error err;
	struct shot_view view;
	if (!shot_view_scale(&frame->view, width, height, filter, &view, &err)) {
		return shotL_fail(L, &err);
	}
	handle->frame = *frame;
	handle->frame.view = view;
	handle->frame.changes = NULL;
	handle->frame.dots_per_mm_x *= (double)width / frame->view.width;
	handle->frame.dots_per_mm_y *= (double)height / frame->view.height;
	shotL_charge_collector(L, &view);
	return 1;
}

enum shot_filter shotL_check_filter(lua_State *L, int options)
{
	static const char *const filters[] = {"box", "bilinear", "nearest", NULL};
	return (enum shot_filter)shotL_field_choice(L, options, "filter", SHOT_FILTER_BOX, filters);
}

int shotL_frame_scale(lua_State *L)
{
	static const char *const names[] = {"filter", NULL};
	shotL_check_frame(L, 1);
	int32_t width = shotL_check_int32(L, 2), height = shotL_check_int32(L, 3);
	luaL_argcheck(L, width > 0, 2, "a width of 1 or more expected");
	luaL_argcheck(L, height > 0, 3, "a height of 1 or more expected");
	shotL_check_options(L, 4, names);
	return scale(L, width, height, shotL_check_filter(L, 4));
}

/* Shortens a side in the ratio most : longer, rounded, to at least 1. */
static int32_t shorten(int32_t side, int32_t most, int32_t longer)
{
	int32_t shorter = (int32_t)(((int64_t)side * most + longer / 2) / longer);
	return shorter > 0 ? shorter : 1;
}

int shotL_frame_thumbnail(lua_State *L)
{
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	int32_t most = shotL_check_int32(L, 2);
	luaL_argcheck(L, most > 0, 2, "a size of 1 or more expected");
	int32_t longer = view->width > view->height ? view->width : view->height;
	most = most < longer ? most : longer;
	return scale(L, shorten(view->width, most, longer), shorten(view->height, most, longer),
		SHOT_FILTER_BOX);
}
