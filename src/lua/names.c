#include "lua/names.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LONGEST_NAME 32

static int smallest(int a, int b, int c)
{
	int least = a < b ? a : b;
	return least < c ? least : c;
}

static bool is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Levenshtein's distance, with two neighbors in the wrong order as one mistake; strings longer
 * than LONGEST_NAME count as far away. */
static int distance(const char *a, const char *b)
{
	size_t columns = strlen(b);
	if (strlen(a) > LONGEST_NAME || columns > LONGEST_NAME) {
		return LONGEST_NAME;
	}
	int rows[3][LONGEST_NAME + 1]; /* in turn: this one, the one before, the one before that */
	for (size_t j = 0; j <= columns; j++) {
		rows[0][j] = (int)j;
	}
	size_t i = 0;
	for (; a[i]; i++) {
		const int *before = rows[i % 3], *earlier = rows[(i + 2) % 3];
		int *row = rows[(i + 1) % 3];
		row[0] = (int)i + 1;
		for (size_t j = 0; j < columns; j++) {
			row[j + 1] = smallest(
				before[j] + !is_same(a[i], b[j]), before[j + 1] + 1, row[j] + 1);
			if (i > 0 && j > 0 && is_same(a[i], b[j - 1]) && is_same(a[i - 1], b[j])) {
				row[j + 1] = smallest(row[j + 1], earlier[j - 1] + 1, LONGEST_NAME);
			}
		}
	}
	return rows[i % 3][columns];
}

const char *shotL_nearest(const char *wrong, const char *const names[])
{
	const char *best = NULL;
	int least = 1 + (int)strlen(wrong) / 3;
	for (size_t i = 0; names[i]; i++) {
		int far = distance(wrong, names[i]);
		if (far <= least) {
			least = far - 1;
			best = names[i];
		}
	}
	return best;
}

/* The string keys of the tables at `tables`, as many as there are, NULL-terminated, in memory of
 * Lua that is pushed; the tables keep the strings. */
static const char *const *push_keys(lua_State *L, const int *tables, size_t count)
{
	size_t room = 1;
	for (size_t i = 0; i < count; i++) {
		for (lua_pushnil(L); lua_next(L, tables[i]); lua_pop(L, 1)) {
			room++;
		}
	}
	const char **names = lua_newuserdatauv(L, room * sizeof *names, 0);
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		for (lua_pushnil(L); lua_next(L, tables[i]); lua_pop(L, 1)) {
			if (lua_type(L, -2) == LUA_TSTRING) {
				names[used++] = lua_tostring(L, -2);
			}
		}
	}
	names[used] = NULL;
	return names;
}

int shotL_raise_unknown(lua_State *L, const char *what, int key, const int *tables, size_t count)
{
	const char *name = luaL_tolstring(L, key, NULL);
	const char *nearest = shotL_nearest(name, push_keys(L, tables, count));
	return luaL_error(L, "%s has no field '%s'%s%s%s", what, name,
		nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

/* __index of a table of methods, for what is not in it. Upvalue: what has them. */
static int raise_unknown_method(lua_State *L)
{
	static const int methods = 1;
	return shotL_raise_unknown(L, lua_tostring(L, lua_upvalueindex(1)), 2, &methods, 1);
}

void shotL_push_methods(lua_State *L, const char *what, const luaL_Reg *methods)
{
	lua_newtable(L);
	luaL_setfuncs(L, methods, 0);
	lua_createtable(L, 0, 1);
	lua_pushstring(L, what);
	lua_pushcclosure(L, raise_unknown_method, 1);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
}
