#include "host/hook.h"

#include <stdbool.h>
#include <string.h>

#include <lauxlib.h>

#include "host/interrupt.h"
#include "host/timeslice.h"

/* Instructions between two checks of the time. */
enum { LOOK = 1000 };

/* The hook of a script; the function is the user value. */
struct hook {
	int mask, count;
	int passed; /* instructions since the last count event, or since the start */
	int step;   /* instructions until the host's hook runs again */
};

static const char hooks_key; /* a table of hooks by their states, with weak keys */

static void push_hooks(lua_State *L)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key) == LUA_TTABLE) {
		return;
	}
	lua_pop(L, 1);
	lua_newtable(L);
	lua_createtable(L, 0, 1);
	lua_pushliteral(L, "k");
	lua_setfield(L, -2, "__mode");
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &hooks_key);
}

static void push_thread(lua_State *L, lua_State *of)
{
	if (!lua_checkstack(of, 1)) {
		luaL_error(L, "stack overflow");
	}
	lua_pushthread(of);
	if (of != L) {
		lua_xmove(of, L, 1);
	}
}

/* Pushes the hook of `of` on L, or nil. */
static struct hook *push_hook(lua_State *L, lua_State *of)
{
	push_hooks(L);
	push_thread(L, of);
	lua_rawget(L, -2);
	lua_remove(L, -2);
	return lua_touserdata(L, -1);
}

static void relay(lua_State *L, lua_Debug *at);

/* Lets the host's hook run again before or at the script's next count event. */
static void set_step(lua_State *L, struct hook *hook)
{
	int left = hook->mask & LUA_MASKCOUNT ? hook->count - hook->passed : LOOK;
	int step = left < LOOK ? left : LOOK;
	if (hook->step != step) {
		hook->step = step;
		lua_sethook(L, relay, hook->mask | LUA_MASKCOUNT, step);
		shot_interrupt_rearm(L);
	}
}

/* Calls the function of the hook on top. */
static void tell(lua_State *L, lua_Debug *at)
{
	static const char *const names[] = {"call", "return", "line", "count", "tail call"};
	lua_getiuservalue(L, -1, 1);
	lua_pushstring(L, names[at->event]);
	if (at->event == LUA_HOOKLINE) {
		lua_pushinteger(L, at->currentline);
	} else {
		lua_pushnil(L);
	}
	lua_call(L, 2, 0);
}

static void relay(lua_State *L, lua_Debug *at)
{
	struct hook *hook = push_hook(L, L);
	if (!hook) { /* a new coroutine inherits the C hook of its maker, but not the script's */
		lua_pop(L, 1);
		shot_interrupt_unhook(L);
		return;
	}
	/* Lua calls the line hook after the count hook of the same instruction, even if the count
	 * hook has yielded. So only the last event may yield. Every loop has line events. */
	bool may_yield = at->event == (hook->mask & LUA_MASKLINE ? LUA_HOOKLINE : LUA_HOOKCOUNT);
	if (at->event != LUA_HOOKCOUNT) {
		tell(L, at);
	} else if (hook->mask & LUA_MASKCOUNT) {
		hook->passed += hook->step;
		bool is_due = hook->passed == hook->count;
		hook->passed = is_due ? 0 : hook->passed;
		set_step(L, hook);
		if (is_due) {
			tell(L, at);
		}
	}
	lua_pop(L, 1);
	if (may_yield) {
		shot_timeslice_consider(L, at);
	}
}

static lua_State *check_thread(lua_State *L, int *shift)
{
	*shift = lua_isthread(L, 1) ? 1 : 0;
	return *shift ? lua_tothread(L, 1) : L;
}

static int read_mask(const char *letters, int count)
{
	return (strchr(letters, 'c') ? LUA_MASKCALL : 0) |
	       (strchr(letters, 'r') ? LUA_MASKRET : 0) |
	       (strchr(letters, 'l') ? LUA_MASKLINE : 0) | (count > 0 ? LUA_MASKCOUNT : 0);
}

/* Stores the userdata on top, or nil, for `of`. */
static void keep_hook(lua_State *L, lua_State *of)
{
	push_hooks(L);
	push_thread(L, of);
	lua_pushvalue(L, -3);
	lua_rawset(L, -3);
	lua_pop(L, 2);
}

static int set_hook(lua_State *L)
{
	int shift;
	lua_State *of = check_thread(L, &shift);
	int mask = 0, count = 0;
	if (lua_isnoneornil(L, shift + 1)) {
		lua_settop(L, shift + 1);
	} else {
		const char *letters = luaL_checkstring(L, shift + 2);
		luaL_checktype(L, shift + 1, LUA_TFUNCTION);
		count = (int)luaL_optinteger(L, shift + 3, 0);
		mask = read_mask(letters, count);
	}
	if (mask == 0) {
		lua_pushnil(L);
		keep_hook(L, of);
		shot_interrupt_unhook(of);
		return 0;
	}
	struct hook *hook = lua_newuserdatauv(L, sizeof *hook, 1);
	*hook = (struct hook){.mask = mask, .count = count};
	lua_pushvalue(L, shift + 1);
	lua_setiuservalue(L, -2, 1);
	keep_hook(L, of);
	set_step(of, hook);
	return 0;
}

static int get_hook(lua_State *L)
{
	int shift;
	lua_State *of = check_thread(L, &shift);
	struct hook *hook = lua_gethook(of) == relay ? push_hook(L, of) : NULL;
	if (!hook) {
		lua_pushnil(L);
		return 1;
	}
	lua_getiuservalue(L, -1, 1);
	lua_pushfstring(L, "%s%s%s", hook->mask & LUA_MASKCALL ? "c" : "",
		hook->mask & LUA_MASKRET ? "r" : "", hook->mask & LUA_MASKLINE ? "l" : "");
	lua_pushinteger(L, hook->mask & LUA_MASKCOUNT ? hook->count : 0);
	return 3;
}

void shot_hook_install(lua_State *L)
{
	lua_getglobal(L, "debug");
	lua_pushcfunction(L, set_hook);
	lua_setfield(L, -2, "sethook");
	lua_pushcfunction(L, get_hook);
	lua_setfield(L, -2, "gethook");
	lua_pop(L, 1);
}
