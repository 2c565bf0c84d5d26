#include "lua/frame.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "image/image.h"

/* The bytes of images above which each new one causes collector work. */
#define HEAP_SOFT_LIMIT (64 << 20)

void shotL_release_frame(struct shotL_frame *handle)
{
	struct shot_owner *owner = handle->frame.view.owner;
	handle->frame.view.owner = NULL; /* the other fields stay, for the name in messages */
	shot_owner_unref(owner);
}

struct shotL_frame *shotL_new_frame(lua_State *L)
{
	struct shotL_frame *handle = lua_newuserdatauv(L, sizeof *handle, 1);
	memset(handle, 0, sizeof *handle);
	luaL_setmetatable(L, SHOTL_FRAME);
	return handle;
}

void shotL_rearm_frame(lua_State *L, int at)
{
	at = lua_absindex(L, at);
	lua_getmetatable(L, at);
	lua_setmetatable(L, at);
}

const char *shotL_push_frame_name(lua_State *L, const struct shot_frame *frame)
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
	struct shotL_frame *handle = luaL_checkudata(L, arg, SHOTL_FRAME);
	if (!handle->frame.view.owner) {
		luaL_error(L, "attempt to use a released frame: %s",
			shotL_push_frame_name(L, &handle->frame));
	}
	return &handle->frame;
}

const struct shot_view *shotL_test_view(lua_State *L, int index)
{
	struct shotL_frame *handle = luaL_testudata(L, index, SHOTL_FRAME);
	return handle && handle->frame.view.owner ? &handle->frame.view : NULL;
}

void shotL_set_view(struct shotL_frame *handle, const struct shot_view *view, const char *source)
{
	handle->frame.view = *view;
	handle->frame.wall_ns = shot_clock_wall_ns(); /* for names of files */
	shot_view_ref(view);
	snprintf(handle->frame.source, sizeof handle->frame.source, "%s", source);
}

void shotL_charge_collector(lua_State *L, const struct shot_view *view)
{
	if (shot_image_bytes() > HEAP_SOFT_LIMIT) {
		size_t kilobytes = view->stride * (size_t)view->height >> 10;
		lua_gc(L, LUA_GCSTEP, (int)kilobytes);
	}
}
