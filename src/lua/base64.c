#include "lua/base64.h"

#include <lauxlib.h>

#include "codec/base64.h"
#include "lua/args.h"

static int encode(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);
	size_t length = shot_base64_length(size);
	luaL_Buffer buffer;
	char *text = luaL_buffinitsize(L, &buffer, length);
	shot_base64_encode((const void *)bytes, size, text);
	luaL_pushresultsize(&buffer, length);
	return 1;
}

static int decode(lua_State *L)
{
	size_t length, size;
	const char *text = luaL_checklstring(L, 1, &length);
	luaL_Buffer buffer;
	char *bytes = luaL_buffinitsize(L, &buffer, shot_base64_room(length));
	if (!shot_base64_decode(text, length, (void *)bytes, &size)) {
		struct shot_error err;
		shot_fail(&err, "EFORMAT", "not base64");
		return shotL_fail(L, &err);
	}
	luaL_pushresultsize(&buffer, size);
	return 1;
}

void shotL_open_base64(lua_State *L)
{
	lua_pushcfunction(L, encode);
	lua_setfield(L, -2, "base64");
	lua_pushcfunction(L, decode);
	lua_setfield(L, -2, "unbase64");
}
