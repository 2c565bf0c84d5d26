#include "lua/ring_newest.h"

#include <lauxlib.h>

#include "lua/ring_item.h"

#define NEWEST "luashot.zerobuffer.newest"
#define CYCLE "luashot.zerobuffer.cycle"

/* The values of the struct's userdata. */
enum {
	ITEM = 1, /* the newest one */
	GUARDED,  /* the type of items with a finalizer */
	LATE,	  /* a weak table with the one that the collector's last cycle has settled */
};

void shotL_push_newest(lua_State *L)
{
	lua_getfield(L, LUA_REGISTRYINDEX, NEWEST);
}

void shotL_set_newest(lua_State *L, int newest, struct shotL_newest *self, struct zb_item **handle)
{
	self->handle = handle;
	lua_setiuservalue(L, newest, ITEM);
}

void shotL_settle_newest(lua_State *L, int newest)
{
	struct shotL_newest *self = lua_touserdata(L, newest);
	if (self->handle && *self->handle) {
		lua_getiuservalue(L, newest, ITEM);
		lua_getiuservalue(L, newest, GUARDED);
		lua_setmetatable(L, -2);
		lua_pop(L, 1);
	}
	self->handle = NULL;
	lua_pushnil(L);
	lua_setiuservalue(L, newest, ITEM);
}

/* Leaves an object that nobody knows, so that the collector's next cycle calls its finalizer. */
static void await_cycle(lua_State *L)
{
	lua_newuserdatauv(L, 0, 0);
	luaL_setmetatable(L, CYCLE);
	lua_pop(L, 1);
}

/* A forgotten newest item is then found by the next cycle. */
static int finish_cycle(lua_State *L)
{
	lua_settop(L, 0);
	shotL_push_newest(L);
	lua_getiuservalue(L, 1, LATE);
	lua_getiuservalue(L, 1, ITEM);
	lua_rawseti(L, 2, 1);
	shotL_settle_newest(L, 1);
	await_cycle(L);
	return 0;
}

/* Runs when the state is closed, which calls no finalizer that it is given meanwhile. */
static int release_last(lua_State *L)
{
	lua_settop(L, 1);
	lua_getiuservalue(L, 1, ITEM);
	lua_getiuservalue(L, 1, LATE);
	lua_rawgeti(L, 3, 1);
	shotL_release_item(L, 2);
	shotL_release_item(L, 4);
	return 0;
}

void shotL_open_ring_newest(lua_State *L)
{
	struct shotL_newest *self = lua_newuserdatauv(L, sizeof *self, LATE);
	*self = (struct shotL_newest){NULL};
	shotL_push_guarded_type(L);
	lua_setiuservalue(L, -2, GUARDED);
	lua_createtable(L, 1, 0);
	lua_createtable(L, 0, 1);
	lua_pushliteral(L, "v");
	lua_setfield(L, -2, "__mode");
	lua_setmetatable(L, -2);
	lua_setiuservalue(L, -2, LATE);
	luaL_newmetatable(L, NEWEST ".type");
	lua_pushcfunction(L, release_last);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
	lua_setfield(L, LUA_REGISTRYINDEX, NEWEST);
	luaL_newmetatable(L, CYCLE);
	lua_pushcfunction(L, finish_cycle);
	lua_setfield(L, -2, "__gc");
	lua_pop(L, 1);
	await_cycle(L);
}
