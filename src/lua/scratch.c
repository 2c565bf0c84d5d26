#include "lua/scratch.h"

#include <lauxlib.h>
#include <sys/mman.h>

#define TYPE "luashot.scratch"
#define LARGE ((size_t)2 << 20) /* a large page */
#define IDLE "luashot.scratch.idle"

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

/* Push the table of the piece that nobody uses. It is weak: the piece lives until the next cycle of
 * the collector. */
static void push_idle(lua_State *L)
{
	if (!luaL_getsubtable(L, LUA_REGISTRYINDEX, IDLE)) {
		lua_createtable(L, 0, 1);
		lua_pushliteral(L, "v");
		lua_setfield(L, -2, "__mode");
		lua_setmetatable(L, -2);
	}
}

static int keep(lua_State *L)
{
	push_idle(L);
	lua_pushvalue(L, 1);
	lua_rawseti(L, -2, 1);
	return 0;
}

static struct mapping *push_new(lua_State *L)
{
	struct mapping *mapping = lua_newuserdatauv(L, sizeof *mapping, 0);
	mapping->size = 0;
	if (luaL_newmetatable(L, TYPE)) {
		static const luaL_Reg metamethods[] = {
			{"__gc", unmap}, {"__close", keep}, {NULL, NULL}};
		luaL_setfuncs(L, metamethods, 0);
	}
	lua_setmetatable(L, -2);
	return mapping;
}

/* Map whole large pages: the kernel clears the rest of a partial one in small ones, one by one. */
static void map(struct mapping *mapping, size_t size)
{
	uint8_t *start = mmap(
		NULL, size + LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED) {
		return;
	}
	size_t before = -(uintptr_t)start % LARGE;
	if (before > 0) {
		munmap(start, before);
	}
	mapping->start = start + before;
	mapping->size = size;
	if (before < LARGE) {
		munmap(start + before + size, LARGE - before);
	}
	madvise(mapping->start, size, MADV_HUGEPAGE);
}

uint8_t *shotL_push_scratch(lua_State *L, size_t size)
{
	if (size < LARGE) {
		return lua_newuserdatauv(L, size, 0);
	}
	size = (size + LARGE - 1) & ~(LARGE - 1);
	push_idle(L);
	lua_rawgeti(L, -1, 1);
	struct mapping *mapping = lua_touserdata(L, -1);
	lua_pushnil(L);
	lua_rawseti(L, -3, 1); /* a nested call gets another piece */
	if (!mapping || mapping->size != size) {
		lua_pop(L, 1);
		mapping = push_new(L);
		map(mapping, size);
	}
	if (mapping->size == 0) {
		lua_pushliteral(L, "not enough memory");
		lua_error(L);
	}
	lua_replace(L, -2);
	lua_toclose(L, -1);
	return mapping->start;
}
