#include "lua/ring_writer.h"

#include <lauxlib.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/ring.h"
#include "lua/ring_reservation.h"
#include "lua/ring_wait.h"
#include "lua/type.h"
#include "lua/wait.h"

#define TYPE "luashot.zerobuffer.writer"

union handle {
	struct zb_writer *writer; /* NULL while closed */
	struct shotL_ring_side wait;
};

struct zb_writer *shotL_check_ring_writer(lua_State *L, int arg)
{
	union handle *handle = luaL_checkudata(L, arg, TYPE);
	luaL_argcheck(L, handle->writer, arg, "the writer is closed");
	return handle->writer;
}

/* zb.writer(name) */
static int writer_open(lua_State *L)
{
	const char *name = shotL_check_ring_name(L, 1);
	union handle *handle = lua_newuserdatauv(L, sizeof *handle, 1);
	*handle = (union handle){.wait = {0}};
	luaL_setmetatable(L, TYPE);
	struct shot_error err;
	handle->writer = zb_writer_create(name, &err);
	return handle->writer ? 1 : shotL_fail(L, &err);
}

void shotL_push_ring_bonds(lua_State *L, int arg)
{
	if (lua_getiuservalue(L, arg, 1) == LUA_TTABLE) {
		return;
	}
	lua_pop(L, 1);
	shotL_new_weak_table(L);
	lua_pushvalue(L, -1);
	lua_setiuservalue(L, arg, 1);
}

/* Ends the publishers of the writer. */
static void close_bonds(lua_State *L)
{
	if (lua_getiuservalue(L, 1, 1) != LUA_TTABLE) {
		return;
	}
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		luaL_callmeta(L, -1, "__close");
		lua_settop(L, 3);
	}
	lua_pushnil(L);
	lua_setiuservalue(L, 1, 1);
}

static int writer_close(lua_State *L)
{
	union handle *handle = luaL_checkudata(L, 1, TYPE);
	lua_settop(L, 1);
	close_bonds(L);
	struct zb_writer *writer = handle->writer;
	handle->writer = NULL;
	zb_writer_destroy(writer);
	return 0;
}

/* This process's collector cannot find items of other processes. */
static enum zb_held held(void *writer, uint64_t *read)
{
	return zb_writer_is_held_here(writer, read) ? ZB_HELD_LONGER : ZB_HELD_NONE;
}

bool shotL_collect_for_writer(lua_State *L, int arg)
{
	union handle *handle = luaL_checkudata(L, arg, TYPE);
	uint64_t read;
	return handle->writer && zb_writer_is_held_here(handle->writer, &read) &&
	       shotL_ring_collect(L, &handle->wait, read);
}

/* Stack: writer, payload, timeout. */
static bool try_write(lua_State *L, void *writer, int64_t deadline, struct shot_error *err)
{
	struct shotL_payload payload = shotL_check_payload(L, 2);
	uint64_t sequence;
	if (!shotL_write_payload(writer, &payload, deadline, &sequence, err)) {
		return false;
	}
	lua_pushinteger(L, (lua_Integer)sequence);
	return true;
}

static int write_on(lua_State *L, int status, lua_KContext deadline)
{
	static const struct shotL_ring_call call = {.side = "writer",
		.patience = SHOT_EBUFFERFULL,
		.attempt = try_write,
		.held = held,
		.go_on = write_on};
	return shotL_ring_wait(L, status, deadline, &call);
}

static int writer_write(lua_State *L)
{
	const union handle *handle = shotL_check_self(L, TYPE);
	luaL_argcheck(L, handle->writer, 1, "the writer is closed");
	double seconds = shotL_opt_duration(L, 3, SHOTL_RING_PATIENCE);
	lua_settop(L, 3);
	struct shot_error err;
	if (try_write(L, handle->writer, 0, &err)) { /* without reading the clock */
		return 1;
	}
	return shot_error_is(&err, SHOT_EBUFFERFULL)
		       ? write_on(L, LUA_OK, shotL_keep_deadline(shot_deadline_in(seconds)))
		       : shotL_fail(L, &err);
}

static lua_Integer check_size(lua_State *L, int arg)
{
	lua_Integer size = luaL_checkinteger(L, arg);
	luaL_argcheck(L, size >= 0, arg, "a size of 0 or more expected");
	return size;
}

/* Stack: writer, size, timeout, reservation handle. */
static bool try_reserve(lua_State *L, void *writer, int64_t deadline, struct shot_error *err)
{
	struct zb_reservation *place =
		zb_writer_reserve(writer, (uint64_t)lua_tointeger(L, 2), 1, deadline, err);
	if (place) {
		struct shotL_reservation *reservation = lua_touserdata(L, 4);
		reservation->reservation = place;
		lua_settop(L, 4);
	}
	return place;
}

static int reserve_on(lua_State *L, int status, lua_KContext deadline)
{
	static const struct shotL_ring_call call = {.side = "writer",
		.patience = SHOT_EBUFFERFULL,
		.attempt = try_reserve,
		.held = held,
		.go_on = reserve_on};
	return shotL_ring_wait(L, status, deadline, &call);
}

static int writer_reserve(lua_State *L)
{
	const union handle *handle = shotL_check_self(L, TYPE);
	luaL_argcheck(L, handle->writer, 1, "the writer is closed");
	lua_Integer size = check_size(L, 2);
	double seconds = shotL_opt_duration(L, 3, SHOTL_RING_PATIENCE);
	lua_settop(L, 3);
	lua_pushinteger(L, size);
	lua_replace(L, 2);
	shotL_new_reservation(L); /* may run a finalizer, and that may close the writer */
	struct shot_error err;
	if (handle->writer && try_reserve(L, handle->writer, 0, &err)) {
		return 1;
	}
	return handle->writer && !shot_error_is(&err, SHOT_EBUFFERFULL)
		       ? shotL_fail(L, &err)
		       : reserve_on(L, LUA_OK, shotL_keep_deadline(shot_deadline_in(seconds)));
}

static int writer_set_metadata(lua_State *L)
{
	shotL_check_ring_writer(L, 1);
	size_t size;
	const char *data = luaL_checklstring(L, 2, &size); /* of a number: may run a finalizer */
	struct zb_writer *writer = shotL_check_ring_writer(L, 1);
	struct shot_error err;
	if (!zb_writer_set_metadata(writer, data, size, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, true);
	return 1;
}

/* writer:reader_connected(timeout): a reader that is gone does not come back, so this never waits.
 * */
static int writer_reader_connected(lua_State *L)
{
	struct zb_writer *writer = shotL_check_ring_writer(L, 1);
	shotL_opt_deadline(L, 2, 0);
	lua_pushboolean(L, zb_writer_has_reader(writer));
	return 1;
}

static int writer_tostring(lua_State *L)
{
	union handle *handle = luaL_checkudata(L, 1, TYPE);
	lua_pushfstring(
		L, "ring writer (%s)", handle->writer ? zb_writer_name(handle->writer) : "closed");
	return 1;
}

void shotL_open_ring_writer(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"close", writer_close},
		{"reader_connected", writer_reader_connected},
		{"reserve", writer_reserve},
		{"set_metadata", writer_set_metadata},
		{"write", writer_write},
		{NULL, NULL},
	};
	static const luaL_Reg meta[] = {
		{"__close", writer_close},
		{"__gc", writer_close},
		{"__tostring", writer_tostring},
		{NULL, NULL},
	};
	shotL_new_type(L, TYPE, meta, "a writer", methods);
	lua_pushcfunction(L, writer_open);
	lua_setfield(L, -2, "writer");
}
