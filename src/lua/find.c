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

#define LEAST_SCALE 0.01
#define LARGEST_SCALE 100.0
#define MOST_SCALES 100

/* Where things stand on the stack of frame:find(); the frame, of frame:find_color(), too. */
enum { FRAME = 1, WANTED, OPTIONS, SEARCH, MASK };

/* The options of frame:find(), checked before it loads pictures. */
struct search {
	struct shot_find_options options; /* the mask is loaded last */
	struct shot_rect region;
	bool has_scales;
	size_t scale_count;
	double scales[MOST_SCALES];
};

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

static void push_match(
	lua_State *L, const struct shot_scaled_match *found, const struct search *search)
{
	const struct shot_rect region = search->region;
	lua_createtable(L, 0, 6);
	shotL_set_integer(L, "x", (lua_Integer)found->match.x + region.x);
	shotL_set_integer(L, "y", (lua_Integer)found->match.y + region.y);
	shotL_set_integer(L, "width", found->width);
	shotL_set_integer(L, "height", found->height);
	lua_pushnumber(L, found->match.score);
	lua_setfield(L, -2, "score");
	if (search->has_scales) {
		lua_pushnumber(L, search->scales[found->scale]);
		lua_setfield(L, -2, "scale");
	}
	shotL_push_match_type(L, FRAME);
	lua_setmetatable(L, -2);
}

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

/* Reads the option "scale". */
static void check_scales(lua_State *L, struct search *search)
{
	search->scale_count = 1;
	search->scales[0] = 1;
	search->has_scales =
		!lua_isnil(L, OPTIONS) && lua_getfield(L, OPTIONS, "scale") != LUA_TNIL;
	if (search->has_scales && lua_istable(L, -1)) {
		size_t count = lua_rawlen(L, -1);
		if (count < 1 || count > MOST_SCALES) {
			luaL_error(L, "option 'scale': a list of 1 to %d numbers expected, got %d",
				MOST_SCALES, (int)count);
		}
		for (size_t i = 0; i < count; i++) {
			lua_geti(L, -1, (lua_Integer)i + 1);
			search->scales[i] = check_scale(L, lua_gettop(L));
			lua_pop(L, 1);
		}
		search->scale_count = count;
	} else if (search->has_scales) {
		search->scales[0] = check_scale(L, lua_gettop(L));
	}
	lua_settop(L, SEARCH);
}

static int push_matches(lua_State *L, const struct shot_scaled_match *matches, size_t count,
	const struct search *search)
{
	if (!search->options.all) {
		count ? push_match(L, matches, search) : lua_pushnil(L);
		return 1;
	}
	lua_createtable(L, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		push_match(L, &matches[i], search);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

/* Other jobs ran while the pictures were loaded, so the frames are checked again. */
static int find(lua_State *L)
{
	struct search *search = lua_touserdata(L, SEARCH);
	void **memory = shotL_new_memory(L);
	const struct shot_view *view = &shotL_check_frame(L, FRAME)->view;
	const struct shot_view *wanted = &shotL_check_frame(L, WANTED)->view;
	search->options.mask = lua_isnil(L, MASK) ? NULL : &shotL_check_frame(L, MASK)->view;
	struct shot_error err;
	struct shot_view part;
	if (!shot_view_crop(view, search->region, &part, &err)) {
		return shotL_fail(L, &err);
	}
	struct shot_scaled_match *matches;
	size_t count;
	bool ok = shot_find_scaled(&part, wanted, &search->options, search->scales,
		search->scale_count, &matches, &count, &err);
	shot_view_unref(&part);
	if (!ok) {
		return shotL_fail(L, &err);
	}
	*memory = matches;
	push_matches(L, matches, count, search);
	free(*memory);
	*memory = NULL;
	return 1;
}

static int load_at(lua_State *L, int index);

/* Goes on to the mask, and from there to the search. */
static int go_on_from(lua_State *L, int index)
{
	return index == WANTED && !lua_isnil(L, MASK) ? load_at(L, MASK) : find(L);
}

/* Has the results of load on top. */
static int take_loaded(lua_State *L, int status, lua_KContext index)
{
	(void)status;
	if (lua_isnil(L, -3)) {
		return 3;
	}
	lua_pop(L, 2);
	lua_replace(L, (int)index);
	return go_on_from(L, (int)index);
}

/* Replaces a picture's path or bytes at `index` by the picture; leaves frames unchanged. */
static int load_at(lua_State *L, int index)
{
	if (lua_type(L, index) == LUA_TSTRING) {
		lua_pushcfunction(L, shotL_load);
		lua_pushvalue(L, index);
		lua_callk(L, 1, 3, index, take_loaded);
		return take_loaded(L, LUA_OK, index);
	}
	if (!luaL_testudata(L, index, SHOTL_FRAME)) {
		return luaL_error(L, "%s: a frame, or a picture's path or bytes expected, got %s",
			index == WANTED ? "the picture" : "option 'mask'", luaL_typename(L, index));
	}
	return go_on_from(L, index);
}

int shotL_frame_find(lua_State *L)
{
	static const char *const names[] = {
		"tolerance", "min_score", "region", "mask", "scale", "all", NULL};
	shotL_check_frame(L, FRAME);
	shotL_check_options(L, OPTIONS, names);
	lua_settop(L, OPTIONS);
	struct search *search = lua_newuserdatauv(L, sizeof *search, 0);
	search->options = (struct shot_find_options){
		.tolerance = (int)shotL_field_integer(L, OPTIONS, "tolerance", 0, 0, 255),
		.min_score = shotL_field_number(L, OPTIONS, "min_score", 1, 0, 1),
		.all = shotL_field_boolean(L, OPTIONS, "all", false)};
	search->region = check_region(L, OPTIONS, &shotL_check_frame(L, FRAME)->view);
	check_scales(L, search);
	if (!lua_isnil(L, OPTIONS)) {
		lua_getfield(L, OPTIONS, "mask");
	}
	lua_settop(L, MASK);
	return load_at(L, WANTED);
}
