#include "lua/find.h"

#include <lauxlib.h>
#include <stdlib.h>

#include "lua/args.h"
#include "lua/color.h"
#include "lua/frame.h"
#include "lua/load.h"
#include "lua/match.h"
#include "lua/type.h"
#include "search/find_color.h"
#include "search/find_scaled.h"

/* Where things stand on the stack of frame:find(); the frame, of frame:find_color(), too. */
enum { FRAME = 1, WANTED, OPTIONS, SCALES, MASK, MEMORY };

/* The option "region", or the whole frame. */
static struct shot_rect check_region(lua_State *L, int arg, const struct shot_view *view)
{
	struct shot_rect rect = {0, 0, view->width, view->height};
	if (!lua_isnoneornil(L, arg)) {
		int type = lua_getfield(L, arg, "region");
		if (type != LUA_TNIL && type != LUA_TTABLE) {
			luaL_error(L, "option 'region': a table expected, got %s",
				lua_typename(L, type));
		}
		if (type != LUA_TNIL) {
			rect = shotL_check_rect(L, lua_gettop(L));
			if (shot_rect_is_empty(rect)) {
				luaL_error(L, "option 'region': width and height expected");
			}
		}
		lua_pop(L, 1);
	}
	return rect;
}

static void push_area(lua_State *L, const struct shot_area *area, struct shot_rect region)
{
	lua_createtable(L, 0, 4);
	shotL_set_integer(L, "x", (lua_Integer)area->x + region.x);
	shotL_set_integer(L, "y", (lua_Integer)area->y + region.y);
	shotL_set_integer(L, "pixels", area->pixels);
	shotL_push_rect(L, (struct shot_rect){area->box.x + region.x, area->box.y + region.y,
				   area->box.width, area->box.height});
	lua_setfield(L, -2, "box");
	shotL_push_match_type(L, FRAME);
	lua_setmetatable(L, -2);
}

int shotL_frame_find_color(lua_State *L)
{
	static const char *const names[] = {"tolerance", "region", "min_pixels", "all", NULL};
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	struct shot_color color;
	shotL_check_color(L, 2, color.rgb);
	shotL_check_options(L, 3, names);
	color.tolerance = (int)shotL_field_integer(L, 3, "tolerance", 0, 0, 255);
	int64_t min_pixels = shotL_field_integer(L, 3, "min_pixels", 1, 1, INT64_MAX);
	bool all = shotL_field_boolean(L, 3, "all", false);
	struct shot_rect region = check_region(L, 3, view);
	void **memory = shotL_new_memory(L);
	view = &shotL_check_frame(L, 1)->view;
	struct shot_error err;
	struct shot_view part;
	struct shot_area *areas;
	size_t count;
	if (!shot_view_crop(view, region, &part, &err)) {
		return shotL_fail(L, &err);
	}
	bool ok = shot_find_color(&part, &color, min_pixels, &areas, &count, &err);
	shot_view_unref(&part);
	if (!ok) {
		return shotL_fail(L, &err);
	}
	*memory = areas;
	if (!all) {
		count ? push_area(L, areas, region) : lua_pushnil(L);
		return 1;
	}
	lua_createtable(L, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		push_area(L, &areas[i], region);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	free(*memory);
	*memory = NULL;
	return 1;
}

/* Pushes a match; `scales` is NULL without the option. */
static void push_match(lua_State *L, const struct shot_scaled_match *found, struct shot_rect region,
	const double *scales)
{
	lua_createtable(L, 0, 6);
	shotL_set_integer(L, "x", (lua_Integer)found->match.x + region.x);
	shotL_set_integer(L, "y", (lua_Integer)found->match.y + region.y);
	shotL_set_integer(L, "width", found->width);
	shotL_set_integer(L, "height", found->height);
	lua_pushnumber(L, found->match.score);
	lua_setfield(L, -2, "score");
	if (scales) {
		lua_pushnumber(L, scales[found->scale]);
		lua_setfield(L, -2, "scale");
	}
	shotL_push_match_type(L, FRAME);
	lua_setmetatable(L, -2);
}

#define LEAST_SCALE 0.01
#define LARGEST_SCALE 100.0
#define MOST_SCALES 100

static double check_scale(lua_State *L, int index)
{
	double scale = lua_tonumber(L, index);
	if (lua_type(L, index) != LUA_TNUMBER ||
		!(scale >= LEAST_SCALE && scale <= LARGEST_SCALE)) {
		luaL_error(L,
			"option 'scale': a number from 0.01 to 100, or a list of them, "
			"expected, got %s",
			luaL_tolstring(L, index, NULL));
	}
	return scale;
}

/* Pushes the option "scale" as an array in Lua's memory, else nil. */
static double *check_scales(lua_State *L, int arg, size_t *count)
{
	*count = 1;
	if (lua_isnil(L, arg) || lua_getfield(L, arg, "scale") == LUA_TNIL) {
		lua_settop(L, arg);
		lua_pushnil(L);
		return NULL;
	}
	int given = lua_gettop(L);
	bool is_list = lua_istable(L, given);
	if (is_list) {
		*count = lua_rawlen(L, given);
		if (*count < 1 || *count > MOST_SCALES) {
			luaL_error(L, "option 'scale': a list of 1 to %d numbers expected, got %d",
				MOST_SCALES, (int)*count);
		}
	}
	double *scales = lua_newuserdatauv(L, *count * sizeof *scales, 0);
	for (size_t i = 0; i < *count; i++) {
		lua_pushvalue(L, given);
		if (is_list) {
			lua_geti(L, given, (lua_Integer)i + 1);
		}
		scales[i] = check_scale(L, lua_gettop(L));
		lua_settop(L, given + 1);
	}
	lua_remove(L, given);
	return scales;
}

/* Replaces a picture's path or bytes at `index` by the picture; leaves frames unchanged. */
static bool load_at(lua_State *L, int index, const char *what, struct shot_error *err)
{
	if (lua_type(L, index) == LUA_TSTRING) {
		if (!shotL_load_picture(L, index, SHOT_MAX_PIXELS, err)) {
			return false;
		}
		lua_replace(L, index);
	} else if (!luaL_testudata(L, index, SHOTL_FRAME)) {
		luaL_error(L, "%s: a frame, or a picture's path or bytes expected, got %s", what,
			luaL_typename(L, index));
	}
	shotL_check_frame(L, index);
	return true;
}

static int push_matches(lua_State *L, bool all, const struct shot_scaled_match *matches,
	size_t count, struct shot_rect region, const double *scales)
{
	if (!all) {
		count ? push_match(L, matches, region, scales) : lua_pushnil(L);
		return 1;
	}
	lua_createtable(L, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		push_match(L, &matches[i], region, scales);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

int shotL_frame_find(lua_State *L)
{
	static const char *const names[] = {
		"tolerance", "min_score", "region", "mask", "scale", "all", NULL};
	static const double itself = 1;
	shotL_check_frame(L, FRAME);
	shotL_check_options(L, OPTIONS, names);
	lua_settop(L, OPTIONS);
	struct shot_find_options options = {
		.tolerance = (int)shotL_field_integer(L, OPTIONS, "tolerance", 0, 0, 255),
		.min_score = shotL_field_number(L, OPTIONS, "min_score", 1, 0, 1),
		.all = shotL_field_boolean(L, OPTIONS, "all", false)};
	struct shot_rect region = check_region(L, OPTIONS, &shotL_check_frame(L, FRAME)->view);
	size_t scale_count;
	const double *scales = check_scales(L, OPTIONS, &scale_count);
	bool has_mask = !lua_isnil(L, OPTIONS) && lua_getfield(L, OPTIONS, "mask") != LUA_TNIL;
	lua_settop(L, MASK);
	struct shot_error err;
	if (!load_at(L, WANTED, "the picture", &err) ||
		(has_mask && !load_at(L, MASK, "option 'mask'", &err))) {
		return shotL_fail(L, &err);
	}
	void **memory = shotL_new_memory(L);
	const struct shot_view *wanted = &shotL_check_frame(L, WANTED)->view;
	options.mask = has_mask ? &shotL_check_frame(L, MASK)->view : NULL;
	struct shot_view part;
	if (!shot_view_crop(&shotL_check_frame(L, FRAME)->view, region, &part, &err)) {
		return shotL_fail(L, &err);
	}
	struct shot_scaled_match *matches;
	size_t count;
	bool ok = shot_find_scaled(&part, wanted, &options, scales ? scales : &itself, scale_count,
		&matches, &count, &err);
	shot_view_unref(&part);
	if (!ok) {
		return shotL_fail(L, &err);
	}
	*memory = matches;
	push_matches(L, options.all, matches, count, region, scales);
	free(*memory);
	*memory = NULL;
	return 1;
}
