#include "lua/ring_reservation.h"

#include <lauxlib.h>

#include "lua/args.h"
#include "lua/frame.h"
#include "lua/ring.h"
#include "lua/ring_view.h"
#include "lua/type.h"

#define TYPE "luashot.zerobuffer.reservation"

struct shotL_reservation *shotL_new_reservation(lua_State *L)
{
	struct shotL_reservation *handle = lua_newuserdatauv(L, sizeof *handle, 0);
	handle->reservation = NULL;
	luaL_setmetatable(L, TYPE);
	return handle;
}

/* The handle of a method, and of a metamethod. */
static struct shotL_reservation *check_open(lua_State *L)
{
	struct shotL_reservation *handle = shotL_check_self(L, TYPE);
	luaL_argcheck(L, handle->reservation, 1,
		"the reservation has ended: it was committed or aborted");
	return handle;
}

static struct zb_reservation *check(lua_State *L)
{
	return check_open(L)->reservation;
}

/* reservation:write(offset, string | frame) -> the offset after the data */
static int reservation_write(lua_State *L)
{
	const struct zb_reservation *place = check(L);
	lua_Integer offset = luaL_checkinteger(L, 2);
	struct shotL_payload payload = shotL_check_payload(L, 3);
	if (offset < 0 || (uint64_t)offset > place->size ||
		payload.size > place->size - (uint64_t)offset) {
		return luaL_error(L, "%I bytes at offset %I leave the reservation of %I bytes",
			(lua_Integer)payload.size, offset, (lua_Integer)place->size);
	}
	shotL_copy_payload(&payload, place->data + offset);
	lua_pushinteger(L, offset + (lua_Integer)payload.size);
	return 1;
}

/* reservation:view{width=, height=, format=, stride=, offset=}: a frame to draw on until the commit
 * */
static int reservation_view(lua_State *L)
{
	check(L);
	struct shot_view view;
	uint64_t offset;
	shotL_check_view_of_bytes(L, 2, &view, &offset);
	struct shotL_frame *handle = shotL_new_frame(L);
	struct zb_reservation *place = check(L); /* may have ended meanwhile */
	view.data = place->data;
	view.owner = &place->owner;
	struct shot_error err;
	if (!shotL_place_view(&view, offset, place->size, &err)) {
		return shotL_fail(L, &err);
	}
	shotL_set_view(handle, &view, zb_reservation_ring(place));
	return 1;
}

struct zb_reservation *shotL_test_reservation(lua_State *L, int index)
{
	struct shotL_reservation *handle = luaL_testudata(L, index, TYPE);
	return handle ? handle->reservation : NULL;
}

static void end(struct shotL_reservation *handle)
{
	struct zb_reservation *place = handle->reservation;
	handle->reservation = NULL;
	shot_owner_unref(place ? &place->owner : NULL);
}

static int reservation_abort(lua_State *L)
{
	end(shotL_check_self(L, TYPE));
	return 0;
}

/* reservation:commit() -> sequence */
static int reservation_commit(lua_State *L)
{
	struct shotL_reservation *handle = check_open(L);
	struct shot_error err;
	uint64_t sequence;
	bool ok = zb_reservation_commit(handle->reservation, &sequence, &err);
	end(handle);
	if (!ok) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, (lua_Integer)sequence);
	return 1;
}

static int reservation_size(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)check(L)->size);
	return 1;
}

void shotL_open_ring_reservation(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"abort", reservation_abort},
		{"commit", reservation_commit},
		{"view", reservation_view},
		{"write", reservation_write},
		{NULL, NULL},
	};
	static const luaL_Reg meta[] = {
		{"__close", reservation_abort},
		{"__gc", reservation_abort},
		{"__len", reservation_size},
		{NULL, NULL},
	};
	shotL_new_type(L, TYPE, meta, "a reservation", methods);
}
