#include "lua/table.h"

void shotL_new_weak_table(lua_State *L)
{
	lua_newtable(L);
	lua_createtable(L, 0, 1);
	shotL_set_string(L, "__mode", "k");
	lua_setmetatable(L, -2);
}
