#include "lua/ring_open.h"

#include <lauxlib.h>

#include "base/clock.h"
#include "lua/ring_item.h"
#include "lua/ring_pin.h"
#include "lua/ring_reader.h"
#include "lua/ring_reservation.h"
#include "lua/ring_stat.h"
#include "lua/ring_writer.h"

/* core.now() -> seconds on the clock that never jumps */
static int now(lua_State *L)
{
	lua_pushnumber(L, (lua_Number)shot_clock_ns() / 1e9);
	return 1;
}

void shotL_open_zerobuffer(lua_State *L)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_newtable(L);
	lua_pushcfunction(L, now);
	lua_setfield(L, -2, "now");
	shotL_open_ring_item(L);
	shotL_open_ring_pin(L);
	shotL_open_ring_reader(L);
	shotL_open_ring_writer(L);
	shotL_open_ring_reservation(L);
	shotL_open_ring_stat(L);
	lua_setfield(L, -2, "luashot.zerobuffer.core");
	lua_pop(L, 1);
}
