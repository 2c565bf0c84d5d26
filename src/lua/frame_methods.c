#include "lua/frame_methods.h"

#include "capture/slot.h"
#include "image/image.h"
#include "lua/args.h"
#include "lua/bytes.h"
#include "lua/compare.h"
#include "lua/draw.h"
#include "lua/encode.h"
#include "lua/find.h"
#include "lua/frame.h"
#include "lua/match.h"
#include "lua/names.h"
#include "lua/save.h"
#include "lua/save_async.h"
#include "lua/scale.h"
#include "lua/type.h"
#include "lua/words.h"

static int frame_release(lua_State *L)
{
	shotL_release_frame(shotL_check_self(L, SHOTL_FRAME));
	return 0;
}

static int frame_keep(lua_State *L)
{
	shotL_check_frame(L, 1);
	((struct shotL_frame *)lua_touserdata(L, 1))->is_kept = true;
	lua_settop(L, 1);
	return 1;
}

static int frame_crop(lua_State *L)
{
	shotL_check_frame(L, 1);
	struct shot_rect rect = {shotL_check_int32(L, 2), shotL_check_int32(L, 3),
		shotL_check_int32(L, 4), shotL_check_int32(L, 5)};
	luaL_argcheck(L, rect.width > 0, 4, "a width of 1 or more expected");
	luaL_argcheck(L, rect.height > 0, 5, "a height of 1 or more expected");
	struct shotL_frame *crop = shotL_new_frame(L);
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	struct shot_error err;
	struct shot_view view;
	if (!shot_view_crop(&frame->view, rect, &view, &err)) {
		return shotL_fail(L, &err);
	}
	crop->frame = *frame;
	crop->frame.view = view;
	crop->frame.changes = NULL;
	crop->frame.x += rect.x;
	crop->frame.y += rect.y;
	shotL_frame_came_with(L, -1, 1);
	return 1;
}

static int frame_pixel(lua_State *L)
{
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	lua_Integer x = luaL_checkinteger(L, 2), y = luaL_checkinteger(L, 3);
	if (x < 0 || y < 0 || x >= frame->view.width || y >= frame->view.height) {
		return luaL_error(L, "pixel %I,%I lies outside the %dx%d frame", x, y,
			frame->view.width, frame->view.height);
	}
	uint8_t rgb[3];
	shot_view_pixel(&frame->view, (int32_t)x, (int32_t)y, rgb);
	for (int i = 0; i < 3; i++) {
		lua_pushinteger(L, rgb[i]);
	}
	return 3;
}

static int frame_copy(lua_State *L)
{
	enum shot_format format =
		shotL_check_format(L, 2, shot_format_name(shotL_check_frame(L, 1)->view.format));
	struct shotL_frame *copy = shotL_new_frame(L);
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	struct shot_error err;
	struct shot_view view;
	if (!shot_image_copy(&frame->view, format, &view, &err)) {
		return shotL_fail(L, &err);
	}
	copy->frame = *frame;
	copy->frame.view = view;
	copy->frame.changes = NULL;
	shotL_frame_came_with(L, -1, 1);
	shotL_charge_collector(L, &view);
	return 1;
}

static void push_width(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, frame->view.width);
}

static void push_height(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, frame->view.height);
}

static void push_stride(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, (lua_Integer)frame->view.stride);
}

static void push_format(lua_State *L, const struct shot_frame *frame)
{
	lua_pushstring(L, shot_format_name(frame->view.format));
}

static void push_x(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, frame->x);
}

static void push_y(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, frame->y);
}

static void push_sequence(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, (lua_Integer)frame->sequence);
}

static void push_time(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, frame->time_ns);
}

static void push_wall(lua_State *L, const struct shot_frame *frame)
{
	lua_pushinteger(L, frame->wall_ns);
}

static void push_source(lua_State *L, const struct shot_frame *frame)
{
	lua_pushstring(L, frame->source);
}

static void push_changed(lua_State *L, const struct shot_frame *frame)
{
	if (!frame->changes) {
		lua_pushnil(L);
		return;
	}
	struct shot_changes changes = *frame->changes; /* a finalizer may release the frame */
	lua_createtable(L, changes.count, 0);
	for (int i = 0; i < changes.count; i++) {
		shotL_push_rect(L, changes.rects[i]);
		lua_rawseti(L, -2, i + 1);
	}
}

static void push_window(lua_State *L, const struct shot_frame *frame)
{
	if (frame->window) {
		lua_pushinteger(L, frame->window);
	} else {
		lua_pushnil(L);
	}
}

static const struct field {
	const char *name;
	void (*push)(lua_State *L, const struct shot_frame *frame);
} fields[] = {
	{"changed", push_changed},
	{"format", push_format},
	{"height", push_height},
	{"sequence", push_sequence},
	{"source", push_source},
	{"stride", push_stride},
	{"time", push_time},
	{"wall", push_wall},
	{"width", push_width},
	{"window", push_window},
	{"x", push_x},
	{"y", push_y},
};

static const luaL_Reg methods[] = {
	{"blur", shotL_frame_blur},
	{"bytes", shotL_frame_bytes},
	{"copy", frame_copy},
	{"copy_to", shotL_frame_copy_to},
	{"crop", frame_crop},
	{"diff", shotL_frame_diff},
	{"encode", shotL_frame_encode},
	{"fill", shotL_frame_fill},
	{"find", shotL_frame_find},
	{"find_color", shotL_frame_find_color},
	{"hash", shotL_frame_hash},
	{"histogram", shotL_frame_histogram},
	{"keep", frame_keep},
	{"mean", shotL_frame_mean},
	{"phash", shotL_frame_phash},
	{"pixel", frame_pixel},
	{"rectangle", shotL_frame_rectangle},
	{"release", frame_release},
	{"same", shotL_frame_same},
	{"save", shotL_frame_save},
	{"save_async", shotL_frame_save_async},
	{"encode_async", shotL_frame_encode_async},
	{"scale", shotL_frame_scale},
	{"text", shotL_frame_text},
	{"thumbnail", shotL_frame_thumbnail},
	{"words", shotL_frame_words},
	{NULL, NULL},
};

/* Upvalues: the table of methods, and that of the fields' indices by name. */
static int frame_index(lua_State *L)
{
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
		return 1;
	}
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TNUMBER) {
		fields[lua_tointeger(L, -1)].push(L, shotL_check_frame(L, 1));
		return 1;
	}
	static const int known[] = {lua_upvalueindex(1), lua_upvalueindex(2)};
	return shotL_raise_unknown(L, "a frame", 2, known, 2);
}

static int frame_newindex(lua_State *L)
{
	return luaL_error(L, "a frame's fields cannot be set");
}

static int frame_tostring(lua_State *L)
{
	struct shotL_frame *handle = luaL_checkudata(L, 1, SHOTL_FRAME);
	shotL_push_frame_name(L, &handle->frame);
	if (!handle->frame.view.owner) {
		lua_pushliteral(L, ", released");
		lua_concat(L, 2);
	}
	return 1;
}

/* core.frame_memory(frame) -> "slot", "image" or "ring", and the bytes that it occupies */
static int frame_memory(lua_State *L)
{
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	const struct shot_slot *slot = shot_slot_of(view);
	size_t size = slot ? slot->attachment.size : view->stride * (size_t)view->height;
	lua_pushstring(L, slot ? "slot" : shot_image_is(view) ? "image" : "ring");
	lua_pushinteger(L, (lua_Integer)size);
	return 2;
}

void shotL_open_frame(lua_State *L)
{
	static const luaL_Reg metamethods[] = {
		{"__close", frame_release},
		{"__gc", frame_release},
		{"__newindex", frame_newindex},
		{"__tostring", frame_tostring},
		{NULL, NULL},
	};
	luaL_newmetatable(L, SHOTL_FRAME);
	lua_pushvalue(L, -1);
	luaL_setfuncs(L, metamethods, 1);
	luaL_newlibtable(L, methods);
	lua_pushvalue(L, -2);
	luaL_setfuncs(L, methods, 1);
	lua_pushvalue(L, -1);
	lua_setfield(L, -4, "frame"); /* for the methods written in Lua */
	lua_newtable(L);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		lua_pushinteger(L, (lua_Integer)i);
		lua_setfield(L, -2, fields[i].name);
	}
	lua_pushcclosure(L, frame_index, 2);
	lua_setfield(L, -2, "__index");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
	lua_pushcfunction(L, frame_memory);
	lua_setfield(L, -2, "frame_memory");
}
