/* Row 3's changes, as a Lua module: require "paint"(x, y, width, height) is a function that draws
 * them and returns when the X server has done so. */
#include <stdbool.h>

#include <lauxlib.h>

#include "paint.h"

static int change(lua_State *L)
{
	paint_change(lua_touserdata(L, lua_upvalueindex(1)));
	return 0;
}

static int prepare(lua_State *L)
{
	xcb_rectangle_t rect = {
		.x = (int16_t)luaL_checkinteger(L, 1),
		.y = (int16_t)luaL_checkinteger(L, 2),
		.width = (uint16_t)luaL_checkinteger(L, 3),
		.height = (uint16_t)luaL_checkinteger(L, 4),
	};
	struct paint *paint = lua_newuserdatauv(L, sizeof *paint, 0);
	if (!paint_open(paint, rect)) {
		return luaL_error(L, "cannot open the display");
	}
	lua_pushcclosure(L, change, 1);
	return 1;
}

int luaopen_paint(lua_State *L);

__attribute__((visibility("default"))) int luaopen_paint(lua_State *L)
{
	lua_pushcfunction(L, prepare);
	return 1;
}
