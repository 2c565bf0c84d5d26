#include "lua/frame.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "capture/slot.h"
#include "image/image.h"
#include "lua/args.h"
#include "lua/bytes.h"
#include "lua/compare.h"
#include "lua/draw.h"
#include "lua/find.h"
#include "lua/names.h"
#include "lua/save.h"
#include "lua/save_async.h"
#include "lua/scale.h"

#define TYPE "luashot.frame"
#define HEAP_SOFT_LIMIT \
	(64 << 20) /* bytes of images before each new one pays with collector work */

void shotL_release_frame(struct shotL_frame *handle)
{
	struct shot_owner *owner = handle->frame.view.owner;
	handle->frame.view.owner = NULL; /* the rest stays, for the name in messages */
	shot_owner_unref(owner);
}

static int frame_release(lua_State *L)
{
	shotL_release_frame(luaL_checkudata(L, 1, TYPE));
	return 0;
}

static int frame_keep(lua_State *L)
{
	shotL_check_frame(L, 1);
	((struct shotL_frame *)lua_touserdata(L, 1))->is_kept = true;
	lua_settop(L, 1);
	return 1;
}

struct shotL_frame *shotL_new_frame(lua_State *L)
{
	struct shotL_frame *handle = lua_newuserdatauv(L, sizeof *handle, 0);
	memset(handle, 0, sizeof *handle);
	luaL_setmetatable(L, TYPE);
	return handle;
}

/* "frame 17 (HDMI-1 1920x1080+0+0)" */
static const char *push_name(lua_State *L, const struct shot_frame *frame)
{
	char name[160];
	int used = frame->sequence ? snprintf(name, sizeof name, "frame %llu",
					     (unsigned long long)frame->sequence)
				   : snprintf(name, sizeof name, "image");
	snprintf(name + used, sizeof name - (size_t)used, " (%s%s%dx%d+%d+%d)", frame->source,
		frame->source[0] ? " " : "", frame->view.width, frame->view.height, frame->x,
		frame->y);
	return lua_pushstring(L, name);
}

struct shot_frame *shotL_check_frame(lua_State *L, int arg)
{
	struct shotL_frame *handle = luaL_checkudata(L, arg, TYPE);
	if (!handle->frame.view.owner) {
		luaL_error(L, "attempt to use a released frame: %s", push_name(L, &handle->frame));
	}
	return &handle->frame;
}

const struct shot_view *shotL_test_view(lua_State *L, int index)
{
	struct shotL_frame *handle = luaL_testudata(L, index, TYPE);
	return handle && handle->frame.view.owner ? &handle->frame.view : NULL;
}

void shotL_set_view(struct shotL_frame *handle, const struct shot_view *view, const char *source)
{
	handle->frame.view = *view;
	handle->frame.wall_ns = shot_clock_wall_ns(); /* for names of files */
	shot_view_ref(view);
	snprintf(handle->frame.source, sizeof handle->frame.source, "%s", source);
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
	shotL_charge(L, &view);
	return 1;
}

void shotL_charge(lua_State *L, const struct shot_view *view)
{
	if (shot_image_bytes() > HEAP_SOFT_LIMIT) {
		size_t kilobytes = view->stride * (size_t)view->height >> 10;
		lua_gc(L, LUA_GCSTEP, (int)kilobytes);
	}
}

enum field {
	FIELD_WIDTH,
	FIELD_HEIGHT,
	FIELD_STRIDE,
	FIELD_FORMAT,
	FIELD_X,
	FIELD_Y,
	FIELD_SEQUENCE,
	FIELD_TIME,
	FIELD_WALL,
	FIELD_SOURCE,
	FIELD_CHANGED,
	FIELD_WINDOW,
};

static const char *const field_names[] = {"width", "height", "stride", "format", "x", "y",
	"sequence", "time", "wall", "source", "changed", "window", NULL};

static void push_changed(lua_State *L, const struct shot_changes *listed)
{
	if (!listed) {
		lua_pushnil(L);
		return;
	}
	struct shot_changes changes = *listed; /* a finalizer may release the frame */
	lua_createtable(L, changes.count, 0);
	for (int i = 0; i < changes.count; i++) {
		shotL_push_rect(L, changes.rects[i]);
		lua_rawseti(L, -2, i + 1);
	}
}

static int push_field(lua_State *L, const struct shot_frame *frame, enum field field)
{
	switch (field) {
	case FIELD_WIDTH:
		lua_pushinteger(L, frame->view.width);
		break;
	case FIELD_HEIGHT:
		lua_pushinteger(L, frame->view.height);
		break;
	case FIELD_STRIDE:
		lua_pushinteger(L, (lua_Integer)frame->view.stride);
		break;
	case FIELD_FORMAT:
		lua_pushstring(L, shot_format_name(frame->view.format));
		break;
	case FIELD_X:
		lua_pushinteger(L, frame->x);
		break;
	case FIELD_Y:
		lua_pushinteger(L, frame->y);
		break;
	case FIELD_SEQUENCE:
		lua_pushinteger(L, (lua_Integer)frame->sequence);
		break;
	case FIELD_TIME:
		lua_pushinteger(L, frame->time_ns);
		break;
	case FIELD_WALL:
		lua_pushinteger(L, frame->wall_ns);
		break;
	case FIELD_SOURCE:
		lua_pushstring(L, frame->source);
		break;
	case FIELD_CHANGED:
		push_changed(L, frame->changes);
		break;
	case FIELD_WINDOW:
		if (frame->window) {
			lua_pushinteger(L, frame->window);
		} else {
			lua_pushnil(L);
		}
		break;
	}
	return 1;
}

static const luaL_Reg methods[] = {
	{"blur", shotL_frame_blur},
	{"bytes", shotL_frame_bytes},
	{"copy", frame_copy},
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
	{"scale", shotL_frame_scale},
	{"text", shotL_frame_text},
	{"thumbnail", shotL_frame_thumbnail},
	{NULL, NULL},
};

/* Upvalues: the table of methods, and that of fields by name. */
static int frame_index(lua_State *L)
{
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
		return 1;
	}
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TNUMBER) {
		return push_field(L, shotL_check_frame(L, 1), (enum field)lua_tointeger(L, -1));
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
	struct shotL_frame *handle = luaL_checkudata(L, 1, TYPE);
	push_name(L, &handle->frame);
	if (!handle->frame.view.owner) {
		lua_pushliteral(L, ", released");
		lua_concat(L, 2);
	}
	return 1;
}

/* core.frame_memory(frame) -> "slot", "image" or "ring", and how many bytes it keeps from others */
static int frame_memory(lua_State *L)
{
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	const struct shot_slot *slot = shot_slot_of(view);
	size_t size = slot ? slot->size : view->stride * (size_t)view->height;
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
	luaL_newmetatable(L, TYPE);
	luaL_setfuncs(L, metamethods, 0);
	luaL_newlib(L, methods);
	lua_pushvalue(L, -1);
	lua_setfield(L, -4, "frame"); /* for the methods that are written in Lua */
	lua_newtable(L);
	for (int i = 0; field_names[i]; i++) {
		lua_pushinteger(L, i);
		lua_setfield(L, -2, field_names[i]);
	}
	lua_pushcclosure(L, frame_index, 2);
	lua_setfield(L, -2, "__index");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
	lua_pushcfunction(L, frame_memory);
	lua_setfield(L, -2, "frame_memory");
}
