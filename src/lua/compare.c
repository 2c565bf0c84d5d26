#include "lua/compare.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/diff.h"
#include "image/hash.h"
#include "image/image.h"
#include "image/measure.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"

#define IGNORED 4096 /* rectangles at most */

static void push_diff(lua_State *L, const struct shot_diff *diff)
{
	lua_createtable(L, 0, 4);
	lua_pushinteger(L, diff->changed);
	lua_setfield(L, -2, "changed");
	if (diff->changed) {
		shotL_push_rect(L, diff->box);
		lua_setfield(L, -2, "box");
	}
	lua_createtable(L, (int)diff->count, 0);
	for (size_t i = 0; i < diff->count; i++) {
		shotL_push_rect(L, diff->rects[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, "rects");
}

int shotL_frame_diff(lua_State *L)
{
	static const char *const names[] = {
		"tolerance", "ignore_antialiasing", "ignore", "picture", NULL};
	shotL_check_frame(L, 1);
	shotL_check_frame(L, 2);
	shotL_check_options(L, 3, names);
	struct shot_diff_options options = {
		.tolerance = (int)shotL_field_integer(L, 3, "tolerance", 0, 0, 255),
		.ignores_antialiasing = shotL_field_boolean(L, 3, "ignore_antialiasing", false)};
	bool has_picture = shotL_field_boolean(L, 3, "picture", false);
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	const struct shot_rect plane = {.width = view->width, .height = view->height};
	options.ignore = shotL_field_rects(L, 3, "ignore", &plane, IGNORED, &options.ignore_count);
	void **memory = shotL_new_memory(L);
	struct shotL_frame *picture = has_picture ? shotL_new_frame(L) : NULL;
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	const struct shot_view *other = &shotL_check_frame(L, 2)->view;
	struct shot_error err;
	struct shot_diff diff;
	if (picture && !shot_image_create(&picture->frame.view, frame->view.width,
			       frame->view.height, SHOT_FORMAT_BGRX, &err)) {
		return shotL_fail(L, &err);
	}
	options.picture = picture ? &picture->frame.view : NULL;
	bool ok = shot_view_diff(&frame->view, other, &options, &diff, &err);
	*memory = diff.rects;
	if (!ok) {
		return shotL_fail(L, &err);
	}
	push_diff(L, &diff);
	free(*memory);
	*memory = NULL;
	if (picture) {
		lua_pushvalue(L, -2);
		lua_setfield(L, -2, "picture");
	}
	return 1;
}

int shotL_frame_same(lua_State *L)
{
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	const struct shot_view *other = &shotL_check_frame(L, 2)->view;
	bool same;
	struct shot_error err;
	if (!shot_view_same(view, other, &same, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, same);
	return 1;
}

int shotL_frame_hash(lua_State *L)
{
	uint8_t hash[16];
	char text[2 * sizeof hash + 1];
	struct shot_error err;
	if (!shot_view_hash(&shotL_check_frame(L, 1)->view, hash, &err)) {
		return shotL_fail(L, &err);
	}
	for (size_t i = 0; i < sizeof hash; i++) {
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
	}
	lua_pushstring(L, text);
	return 1;
}

int shotL_frame_phash(lua_State *L)
{
	uint64_t hash;
	char text[17];
	struct shot_error err;
	if (!shot_view_phash(&shotL_check_frame(L, 1)->view, &hash, &err)) {
		return shotL_fail(L, &err);
	}
	snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
	lua_pushstring(L, text);
	return 1;
}

static uint64_t check_phash(lua_State *L, int arg)
{
	size_t length;
	const char *text = luaL_checklstring(L, arg, &length);
	luaL_argcheck(L, length == 16 && strspn(text, "0123456789abcdef") == 16, arg,
		"a result of frame:phash() expected: 16 hexadecimal digits");
	return strtoull(text, NULL, 16);
}

static int distance(lua_State *L)
{
	lua_pushinteger(L, __builtin_popcountll(check_phash(L, 1) ^ check_phash(L, 2)));
	return 1;
}

int shotL_frame_mean(lua_State *L)
{
	double rgb[3];
	struct shot_error err;
	if (!shot_view_mean(&shotL_check_frame(L, 1)->view, rgb, &err)) {
		return shotL_fail(L, &err);
	}
	for (int i = 0; i < 3; i++) {
		lua_pushnumber(L, rgb[i]);
	}
	return 3;
}

int shotL_frame_histogram(lua_State *L)
{
	static const char *const channels[] = {"red", "green", "blue"};
	int64_t counts[3][256];
	struct shot_error err;
	if (!shot_view_histogram(&shotL_check_frame(L, 1)->view, counts, &err)) {
		return shotL_fail(L, &err);
	}
	lua_createtable(L, 0, 3);
	for (int c = 0; c < 3; c++) {
		lua_createtable(L, 255, 1);
		for (int i = 0; i < 256; i++) {
			lua_pushinteger(L, counts[c][i]);
			lua_rawseti(L, -2, i);
		}
		lua_setfield(L, -2, channels[c]);
	}
	return 1;
}

void shotL_open_compare(lua_State *L)
{
	lua_pushcfunction(L, distance);
	lua_setfield(L, -2, "distance");
}
