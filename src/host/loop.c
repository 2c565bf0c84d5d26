#include "host/loop.h"

#include <stdbool.h>
#include <stdlib.h>

#include <lauxlib.h>

#include "host/interrupt.h"
#include "host/luv.h"

static const struct shot_luv *luv;
static struct uv_loop_s *loop; /* outlives the Lua state, whose finalizers close handles on it */

static const char reporter_key;

static int add_traceback(lua_State *L)
{
	if (lua_isstring(L, 1) || luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
		luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
	} else {
		lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
	}
	return 1;
}

/* Pop the text. */
static void report(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &reporter_key);
	lua_insert(L, -2);
	if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
		lua_pop(L, 1);
	}
}

/* luv's contract: function and arguments are on top; returns the number of results left there, or a
 * negative number and no results. */
static int call(lua_State *L, int nargs, int nresults, int flags)
{
	(void)flags;
	int function = lua_gettop(L) - nargs;
	lua_pushcfunction(L, add_traceback);
	lua_insert(L, function);
	bool under_way = shot_interrupt_is_raised();
	struct shot_running inner;
	shot_interrupt_enter(&inner, L);
	int status = lua_pcall(L, nargs, nresults, function);
	lua_remove(L, function);
	bool interrupted = !under_way && shot_interrupt_is_raised();
	if (status != LUA_OK && interrupted) {
		lua_pop(L, 1);
	} else if (status != LUA_OK) {
		report(L);
	}
	if (interrupted && shot_interrupt_signal() != 0) {
		shot_interrupt_repeat(); /* in the code that runs the loop */
	}
	shot_interrupt_leave(&inner);
	if (!under_way && shot_interrupt_signal() != 0) {
		luv->stop(loop);
	}
	return status == LUA_OK ? lua_gettop(L) - function + 1 : -status;
}

static void open_loop(lua_State *L)
{
	luv = shot_luv_load(L);
	struct uv_loop_s *made = malloc(luv->loop_size());
	if (!made) {
		luaL_error(L, "no memory for the event loop");
	}
	int failed = luv->loop_init(made);
	if (failed) {
		free(made);
		luaL_error(L, "cannot make the event loop: %s", luv->strerror(failed));
	}
	loop = made;
}

int shot_loop_open_luv(lua_State *L)
{
	if (!loop) {
		open_loop(L);
	}
	/* Callbacks run on the main thread, even if a coroutine requires luv. */
	lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
	lua_State *main = lua_tothread(L, -1);
	lua_pop(L, 1);
	luv->set_loop(main, loop);
	luv->set_callback(main, call);
	return luv->open(L);
}

void shot_loop_on_error(lua_State *L)
{
	lua_rawsetp(L, LUA_REGISTRYINDEX, &reporter_key);
}

static int rest(lua_State *L)
{
	int ms = -1;
	if (luv->loop_alive(loop)) { /* otherwise there is no sleep, and the time for it is 0 */
		luv->update_time(loop);
		ms = luv->backend_timeout(loop);
	}
	lua_pushinteger(L, ms);
	return 1;
}

void shot_loop_push_rest(lua_State *L)
{
	lua_pushcfunction(L, rest);
}

void shot_loop_finish(void)
{
	if (loop &&
		luv->loop_close(loop) ==
			0) { /* otherwise a finalizer has opened a handle, and the loop is leaked */
		free(loop);
		loop = NULL;
	}
}
