#include "lua/ring_reader.h"

#include <lauxlib.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/ring.h"
#include "lua/ring_item.h"
#include "lua/ring_pin.h"
#include "lua/ring_wait.h"
#include "lua/type.h"
#include "lua/wait.h"
#include "zerobuffer/reader.h"

#define TYPE "luashot.zerobuffer.reader"

/* The upvalues of `read`. */
enum {
	READER_TYPE = 1,
	ITEM_TYPE,
	PIN,
};

union handle {
	struct zb_reader *reader; /* NULL while closed */
	struct shotL_ring_side wait;
};

static struct zb_reader *check_reader(lua_State *L)
{
	union handle *handle = shotL_check_self(L, TYPE);
	luaL_argcheck(L, handle->reader, 1, "the reader is closed");
	return handle->reader;
}

/* zb.reader(name, {metadata_size =, payload_size =}) */
static int reader_open(lua_State *L)
{
	static const char *const names[] = {"metadata_size", "payload_size", NULL};
	const char *name = shotL_check_ring_name(L, 1);
	struct zb_config config = shotL_check_ring_config(L, 2, names);
	shotL_pin_watch_cycles(L);
	union handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = (union handle){.wait = {0}};
	luaL_setmetatable(L, TYPE);
	struct shot_error err;
	handle->reader = zb_reader_create(name, &config, &err);
	return handle->reader ? 1 : shotL_fail(L, &err);
}

static int reader_close(lua_State *L)
{
	union handle *handle = luaL_checkudata(L, 1, TYPE);
	struct zb_reader *reader = handle->reader;
	handle->reader = NULL;
	zb_reader_destroy(reader);
	return 0;
}

/* The first call starts a thread. */
static int descriptor(void *reader, struct shot_error *err)
{
	return zb_reader_fd(reader, err);
}

static enum zb_held held(void *reader, uint64_t *read)
{
	return zb_reader_held(reader, read);
}

/* Stack: reader, timeout, item handle. */
static bool fill(lua_State *L, struct zb_reader *reader, int64_t deadline, struct shot_error *err)
{
	struct zb_item **handle = lua_touserdata(L, 3);
	*handle = zb_reader_read(reader, deadline, err);
	if (*handle) {
		lua_pushvalue(L, 3);
		shotL_pin_item(L, lua_upvalueindex(PIN), handle);
	}
	return *handle;
}

static bool try_read(lua_State *L, void *reader, int64_t deadline, struct shot_error *err)
{
	if (!fill(L, reader, deadline, err)) {
		return false;
	}
	lua_settop(L, 3);
	return true;
}

static int read_on(lua_State *L, int status, lua_KContext deadline)
{
	static const struct shotL_ring_call call = {.side = "reader",
		.patience = SHOT_ETIMEDOUT,
		.attempt = try_read,
		.descriptor = descriptor,
		.held = held,
		.go_on = read_on};
	return shotL_ring_wait(L, status, deadline, &call);
}

static int reader_read(lua_State *L)
{
	const union handle *handle = shotL_check_self(L, TYPE);
	luaL_argcheck(L, handle->reader, 1, "the reader is closed");
	double seconds = shotL_opt_duration(L, 2, SHOTL_RING_PATIENCE);
	lua_settop(L, 2);
	shotL_new_item(L, lua_upvalueindex(ITEM_TYPE)); /* a finalizer may close the reader */
	struct shot_error err;
	if (handle->reader && fill(L, handle->reader, 0, &err)) { /* without reading the clock */
		return 1;
	}
	return handle->reader && !shot_error_is(&err, SHOT_ETIMEDOUT)
		       ? shotL_fail(L, &err)
		       : read_on(L, LUA_OK, shotL_keep_deadline(shot_deadline_in(seconds)));
}

static int reader_metadata(lua_State *L)
{
	struct zb_reader *reader = check_reader(L);
	struct shot_error err;
	const uint8_t *data;
	size_t size;
	if (!zb_reader_metadata(reader, &data, &size, &err)) {
		return shotL_fail(L, &err);
	}
	if (data) {
		lua_pushlstring(L, (const char *)data, size);
	} else {
		lua_pushnil(L);
	}
	return 1;
}

static bool look_for_writer(lua_State *L, void *reader, int64_t deadline, struct shot_error *err)
{
	bool connected;
	if (!zb_reader_wait_writer(reader, deadline, &connected, err)) {
		return false;
	}
	if (!connected) {
		return shot_fail(err, "ETIMEDOUT", "no writer came");
	}
	lua_pushboolean(L, true);
	return true;
}

static int connected_on(lua_State *L, int status, lua_KContext deadline)
{
	static const struct shotL_ring_call call = {.side = "reader",
		.patience = SHOT_ETIMEDOUT,
		.is_question = true,
		.attempt = look_for_writer,
		.go_on = connected_on};
	return shotL_ring_wait(L, status, deadline, &call);
}

/* reader:writer_connected(timeout) -> boolean; nil looks once */
static int reader_writer_connected(lua_State *L)
{
	check_reader(L);
	int64_t deadline = shotL_opt_deadline(L, 2, 0);
	lua_settop(L, 2);
	return connected_on(L, LUA_OK, shotL_keep_deadline(deadline));
}

static int reader_fd(lua_State *L)
{
	struct shot_error err;
	int fd = zb_reader_fd(check_reader(L), &err);
	if (fd < 0) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, fd);
	return 1;
}

/* core.forget_writer(reader): see zerobuffer/reader.h; a server then waits for the next client. */
static int reader_forget_writer(lua_State *L)
{
	zb_reader_forget_writer(check_reader(L));
	return 0;
}

/* core.origin(item) -> the arguments of core.is_writers, also for a released item */
static int item_origin(lua_State *L)
{
	const struct zb_item *item = shotL_test_item(L, 1);
	luaL_argcheck(L, item, 1, "item expected");
	lua_pushinteger(L, (lua_Integer)item->origin.pid);
	lua_pushinteger(L, (lua_Integer)item->origin.count);
	return 2;
}

/* core.is_writers(reader, pid, count): see zb_reader_is_writers. */
static int reader_is_writers(lua_State *L)
{
	struct zb_reader *reader = check_reader(L);
	const struct zb_origin origin = {
		(uint64_t)luaL_checkinteger(L, 2), (uint64_t)luaL_checkinteger(L, 3)};
	lua_pushboolean(L, zb_reader_is_writers(reader, &origin));
	return 1;
}

static int reader_tostring(lua_State *L)
{
	union handle *handle = luaL_checkudata(L, 1, TYPE);
	lua_pushfstring(
		L, "ring reader (%s)", handle->reader ? zb_reader_name(handle->reader) : "closed");
	return 1;
}

void shotL_open_ring_reader(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"close", reader_close},
		{"fd", reader_fd},
		{"metadata", reader_metadata},
		{"writer_connected", reader_writer_connected},
		{NULL, NULL},
	};
	static const luaL_Reg meta[] = {
		{"__close", reader_close},
		{"__gc", reader_close},
		{"__tostring", reader_tostring},
		{NULL, NULL},
	};
	shotL_new_type(L, TYPE, meta, "a reader", methods);
	luaL_getmetatable(L, TYPE);
	lua_getfield(L, -1, "__index");
	lua_insert(L, -2);
	shotL_push_item_type(L);
	shotL_push_pin(L);
	lua_pushcclosure(L, reader_read, PIN);
	lua_setfield(L, -2, "read");
	lua_pop(L, 1);
	lua_pushcfunction(L, reader_open);
	lua_setfield(L, -2, "reader");
	lua_pushcfunction(L, reader_forget_writer);
	lua_setfield(L, -2, "forget_writer");
	lua_pushcfunction(L, item_origin);
	lua_setfield(L, -2, "origin");
	lua_pushcfunction(L, reader_is_writers);
	lua_setfield(L, -2, "is_writers");
}
