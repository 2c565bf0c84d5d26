#include "host/exit.h"

#include <stdlib.h>

#include <lauxlib.h>

#include "host/coroutine.h"
#include "host/interrupt.h"

static int leave(lua_State *L)
{
	int status = (int)luaL_checkinteger(L, 1);
	lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
	lua_State *main = lua_tothread(L, -1);
	/* Each is in the midst of a call, as the main state is when lua_close closes it: nothing
	 * returns to any of them. From here on the stack of `L` is gone, too. */
	for (const struct shot_running *it = shot_interrupt_entered(); it; it = it->outer) {
		if (it->L && it->L != main) {
			shot_coroutine_close(it->L);
		}
	}
	shot_interrupt_finish();
	lua_close(main);
	exit(status);
}

void shot_exit_push(lua_State *L)
{
	lua_pushcfunction(L, leave);
}
