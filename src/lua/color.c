#include "lua/color.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "lua/args.h"

#define WANTED "a color as \"#30c040\", \"#3c4\" or {48, 192, 64} expected, got %s"

static bool parse(const char *text, uint8_t rgb[3])
{
	size_t length = strlen(text), digits = (length - 1) / 3;
	if (*text != '#' || (length != 4 && length != 7) ||
		strspn(text + 1, "0123456789abcdefABCDEF") != length - 1) {
		return false;
	}
	unsigned long value = strtoul(text + 1, NULL, 16);
	for (int i = 2; i >= 0; i--, value >>= 4 * digits) {
		rgb[i] = (uint8_t)(digits == 2 ? value & 255 : (value & 15) * 17);
	}
	return true;
}

static bool to_color(lua_State *L, int index, uint8_t rgb[3])
{
	if (lua_type(L, index) == LUA_TSTRING) {
		return parse(lua_tostring(L, index), rgb);
	}
	if (!lua_istable(L, index) || luaL_len(L, index) != 3) {
		return false;
	}
	for (int i = 0; i < 3; i++) {
		int is_integer;
		lua_geti(L, index, i + 1);
		lua_Integer value = lua_tointegerx(L, -1, &is_integer);
		lua_pop(L, 1);
		if (!is_integer || value < 0 || value > 255) {
			return false;
		}
		rgb[i] = (uint8_t)value;
	}
	return true;
}

void shotL_check_color(lua_State *L, int arg, uint8_t rgb[3])
{
	if (!to_color(L, arg, rgb)) {
		luaL_argerror(L, arg, lua_pushfstring(L, WANTED, shotL_show_value(L, arg)));
	}
}

bool shotL_field_color(lua_State *L, int arg, const char *name, uint8_t rgb[3])
{
	if (lua_isnoneornil(L, arg)) {
		return false;
	}
	bool is_there = lua_getfield(L, arg, name) != LUA_TNIL;
	if (is_there && !to_color(L, lua_gettop(L), rgb)) {
		luaL_error(L, "option '%s': " WANTED, name, shotL_show_value(L, lua_gettop(L)));
	}
	lua_pop(L, 1);
	return is_there;
}
