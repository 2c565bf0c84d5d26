#include "lua/load.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "codec/incoming.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"
#include "lua/wait.h"

#define INCOMING "luashot.incoming"

/* The path without its folders, as the picture's source. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

/* Makes the picture the frame of a handle. */
static void keep(lua_State *L, struct shotL_frame *handle, const struct shot_picture *picture,
	const char *name)
{
	const struct shot_kept_origin *origin = &picture->origin;
	handle->frame = (struct shot_frame){
		.view = picture->view,
		.x = origin->x,
		.y = origin->y,
		.wall_ns = origin->wall_ns,
		.dots_per_mm_x = origin->dots_per_mm_x,
		.dots_per_mm_y = origin->dots_per_mm_y,
	};
	snprintf(handle->frame.source, sizeof handle->frame.source, "%.*s",
		(int)sizeof handle->frame.source - 1, *origin->source ? origin->source : name);
	shotL_charge_collector(L, &picture->view);
}

/* Push the picture. */
static bool decode_data(
	lua_State *L, const char *text, size_t size, size_t max_pixels, struct shot_error *err)
{
	struct shotL_frame *handle = shotL_new_frame(L);
	struct shot_picture picture;
	if (!shot_picture_decode((const uint8_t *)text, size, max_pixels, &picture, err)) {
		lua_pop(L, 1);
		return false;
	}
	keep(L, handle, &picture, "");
	return true;
}

static bool decode_file(lua_State *L, const struct shot_incoming *incoming, struct shot_error *err)
{
	struct shotL_frame *handle = shotL_new_frame(L);
	struct shot_picture picture;
	if (!shot_incoming_decode(incoming, &picture, err)) {
		lua_pop(L, 1);
		return false;
	}
	keep(L, handle, &picture, base_name(incoming->path));
	return true;
}

/* A text with a NUL is not a path: it is a picture, or a damaged one. */
static bool is_data(const char *text, size_t size)
{
	return strlen(text) < size || shot_is_picture((const uint8_t *)text, size);
}

static int finish(lua_State *L)
{
	shot_incoming_finish(luaL_checkudata(L, 1, INCOMING));
	return 0;
}

/* Pushes an opened file; NULL with the reason, without a push. */
static struct shot_incoming *open_file(
	lua_State *L, const char *path, size_t max_pixels, struct shot_error *err)
{
	struct shot_incoming *incoming = lua_newuserdatauv(L, sizeof *incoming, 0);
	incoming->fd = -1;
	incoming->blob = (struct shot_blob){0};
	luaL_setmetatable(L, INCOMING);
	if (!shot_incoming_open(incoming, path, max_pixels, err)) {
		lua_pop(L, 1);
		return NULL;
	}
	return incoming;
}

bool shotL_load_picture(lua_State *L, int arg, size_t max_pixels, struct shot_error *err)
{
	size_t size;
	const char *text = luaL_checklstring(L, arg, &size);
	if (is_data(text, size)) {
		return decode_data(L, text, size, max_pixels, err);
	}
	struct shot_incoming *incoming = open_file(L, text, max_pixels, err);
	if (!incoming) {
		return false;
	}
	enum shot_poll state;
	while ((state = shot_incoming_read(incoming, err)) == SHOT_POLL_WAITING) {
		shotL_wait(L, incoming->fd, SHOT_FOREVER);
	}
	bool ok = state == SHOT_POLL_DONE && decode_file(L, incoming, err);
	shot_incoming_finish(incoming);
	lua_remove(L, ok ? -2 : -1);
	return ok;
}

/* The file is at stack index `index`, the top of the stack. */
static int go_on(lua_State *L, int status, lua_KContext index)
{
	struct shot_incoming *incoming = lua_touserdata(L, (int)index);
	struct shot_error err;
	enum shot_poll state;
	if (status == LUA_YIELD) {
		shotL_waited(L);
	}
	while ((state = shot_incoming_read(incoming, &err)) == SHOT_POLL_WAITING) {
		shotL_waitk(L, incoming->fd, SHOT_FOREVER, index, go_on);
	}
	bool ok = state == SHOT_POLL_DONE && decode_file(L, incoming, &err);
	shot_incoming_finish(incoming);
	return ok ? 1 : shotL_fail(L, &err);
}

static int load(lua_State *L)
{
	static const char *const names[] = {"max_pixels", NULL};
	shotL_check_options(L, 2, names);
	size_t most = (size_t)shotL_field_integer(
		L, 2, "max_pixels", SHOT_MAX_PIXELS, 1, (lua_Integer)1 << 40);
	size_t size;
	const char *text = luaL_checklstring(L, 1, &size);
	struct shot_error err;
	if (is_data(text, size)) {
		return decode_data(L, text, size, most, &err) ? 1 : shotL_fail(L, &err);
	}
	return open_file(L, text, most, &err) ? go_on(L, LUA_OK, lua_gettop(L))
					      : shotL_fail(L, &err);
}

void shotL_open_load(lua_State *L)
{
	shotL_new_owner_type(L, INCOMING, finish);
	lua_pushcfunction(L, load);
	lua_setfield(L, -2, "load");
}
