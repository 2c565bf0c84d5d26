#include "lua/memory.h"

#include <lauxlib.h>
#include <stdlib.h>

#include "lua/type.h"

#define TYPE "luashot.memory"

static int finish(lua_State *L)
{
	void **memory = luaL_checkudata(L, 1, TYPE);
	free(*memory);
	*memory = NULL;
	return 0;
}

void **shotL_new_memory(lua_State *L)
{
	void **memory = lua_newuserdatauv(L, sizeof *memory, 0);
	*memory = NULL;
	luaL_setmetatable(L, TYPE);
	return memory;
}

void shotL_open_memory(lua_State *L)
{
	shotL_new_owner_type(L, TYPE, finish);
}
