/* Preloaded, this tells on stderr how each of the host's own files is loaded: "t" as text, "b"
 * compiled. With OTHER_RELEASE defined, liblua is of a release that compiled nothing. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>

#ifdef OTHER_RELEASE
const char lua_ident[] = "$LuaVersion: Lua 5.4.99  Copyright (C) of nobody $";
#endif

typedef int loader(lua_State *, const char *, size_t, const char *, const char *);

int luaL_loadbufferx(
	lua_State *L, const char *data, size_t size, const char *chunk, const char *mode)
{
	loader *next = (loader *)dlsym(RTLD_NEXT, "luaL_loadbufferx");
	if (strncmp(chunk, "=[luashot] ", 11) == 0) {
		fprintf(stderr, "%s %s\n", mode, chunk + 11);
	}
	return next(L, data, size, chunk, mode);
}
