#include "host/exit.h"

#include <stdbool.h>
#include <stdlib.h>

#include <lauxlib.h>

#include "base/fork.h"
#include "host/coroutine.h"
#include "host/interrupt.h"

/* The first upvalue is the generation of the process. */
static bool is_child(lua_State *L)
{
	return (lua_Integer)shot_fork_generation() != lua_tointeger(L, lua_upvalueindex(1));
}

static int leave(lua_State *L)
{
	int status = (int)luaL_checkinteger(L, 1);
	bool is_closing = !is_child(L);
	lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
	lua_State *main = lua_tothread(L, -1);
	/* Each coroutine is in the middle of a call, as the main state is when lua_close closes it:
	 * no call returns to any of them. From here on the stack of `L` is also gone. */
	for (const struct shot_running *it = shot_interrupt_entered(); it; it = it->outer) {
		if (it->L && it->L != main) {
			shot_coroutine_close(it->L);
		}
	}
	shot_interrupt_finish();
	if (is_closing) {
		lua_close(main);
	}
	exit(status);
}

static int tell_child(lua_State *L)
{
	lua_pushboolean(L, is_child(L));
	return 1;
}

static void push(lua_State *L, lua_CFunction fn)
{
	lua_pushinteger(L, (lua_Integer)shot_fork_generation());
	lua_pushcclosure(L, fn, 1);
}

void shot_exit_push(lua_State *L)
{
	push(L, leave);
}

void shot_exit_push_is_child(lua_State *L)
{
	push(L, tell_child);
}
