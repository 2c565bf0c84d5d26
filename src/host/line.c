#include "host/line.h"

#include <stdio.h>

#include <lauxlib.h>

static int read_line(lua_State *L)
{
	size_t most = (size_t)luaL_checkinteger(L, 1), length = 0;
	luaL_Buffer text;
	luaL_buffinit(L, &text);
	int byte = 0;
	clearerr(stdin); /* after Ctrl-D on a terminal more may come */
	while (length < most && (byte = getc(stdin)) != EOF && byte != '\n') {
		luaL_addchar(&text, (char)byte);
		length++;
	}
	luaL_pushresult(&text);
	if (ferror(stdin) || (byte == EOF && length == 0)) {
		lua_pushnil(L);
		return 1;
	}
	lua_pushboolean(L, length < most);
	return 2;
}

void shot_line_push(lua_State *L)
{
	lua_pushcfunction(L, read_line);
}
