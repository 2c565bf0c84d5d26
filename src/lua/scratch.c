#include "lua/scratch.h"

#include <lauxlib.h>
#include <sys/mman.h>

#define TYPE "luashot.scratch"
#define LARGE (2 << 20) /* a large page */

struct mapping {
	void *start;
	size_t size;
};

static int unmap(lua_State *L)
{
	struct mapping *mapping = luaL_checkudata(L, 1, TYPE);
	if (mapping->size > 0) {
		munmap(mapping->start, mapping->size);
		mapping->size = 0;
	}
	return 0;
}

uint8_t *shotL_push_scratch(lua_State *L, size_t size)
{
	if (size < LARGE) {
		return lua_newuserdatauv(L, size, 0);
	}
	struct mapping *mapping = lua_newuserdatauv(L, sizeof *mapping, 0);
	mapping->size = 0;
	if (luaL_newmetatable(L, TYPE)) {
		static const luaL_Reg metamethods[] = {
			{"__gc", unmap}, {"__close", unmap}, {NULL, NULL}};
		luaL_setfuncs(L, metamethods, 0);
	}
	lua_setmetatable(L, -2);
	lua_toclose(L, -1);
	mapping->start =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapping->start == MAP_FAILED) {
		lua_pushliteral(L, "not enough memory");
		lua_error(L);
	}
	mapping->size = size;
	madvise(mapping->start, size, MADV_HUGEPAGE);
	return mapping->start;
}
