#include "lua/clock.h"

#include "base/clock.h"

static int monotonic(lua_State *L)
{
	lua_pushinteger(L, shot_clock_ns());
	return 1;
}

static int wall(lua_State *L)
{
	lua_pushnumber(L, (lua_Number)shot_clock_wall_ns() / (lua_Number)SHOT_NS_PER_S);
	return 1;
}

void shotL_open_clock(lua_State *L)
{
	lua_pushcfunction(L, monotonic);
	lua_setfield(L, -2, "monotonic");
	lua_pushcfunction(L, wall);
	lua_setfield(L, -2, "wall");
}
