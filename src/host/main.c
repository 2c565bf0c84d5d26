/* luashot: the capture host. Reads the command line, starts the private server if one is asked for,
 * makes the Lua state, and lets luashot.host (in Lua) do the rest. */
#include <stdio.h>
#include <stdlib.h>

#include <lauxlib.h>
#include <lua.h>

#include "host/arguments.h"
#include "host/headless.h"
#include "host/interrupt.h"
#include "host/loop.h"
#include "host/pipe.h"
#include "host/state.h"

enum { EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

static int complain(const struct shot_error *err, int status)
{
	fprintf(stderr, "luashot: %s\n", err->message);
	return status;
}

static int protected_main(lua_State *L)
{
	const struct shot_arguments *arguments = lua_touserdata(L, 1);
	shot_state_open(L, arguments);
	shot_state_push_main(L, arguments);
	lua_call(L, 1, 1);
	return 1;
}

static int protected_finish(lua_State *L)
{
	shot_state_push_finish(L);
	lua_call(L, 0, 1);
	return 1;
}

static void report(lua_State *L)
{
	fprintf(stderr, "luashot: %s\n", luaL_tolstring(L, -1, NULL));
	lua_pop(L, 2);
}

/* Everything that needs Lua. Returns the exit status. */
static int run(struct shot_arguments *arguments)
{
	struct shot_error err;
	lua_State *L = luaL_newstate();
	if (!L) {
		shot_fail(&err, "ENOMEM", "cannot create a Lua state: not enough memory");
		return complain(&err, EXIT_FAILURE);
	}
	if (!shot_interrupt_start(L, &err)) {
		lua_close(L);
		return complain(&err, EXIT_FAILURE);
	}
	lua_pushcfunction(L, protected_main);
	lua_pushlightuserdata(L, arguments);
	int status = EXIT_FAILURE;
	if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
		status = (int)lua_tointeger(L, -1);
	} else if (shot_interrupt_signal() == 0) {
		report(L);
	}
	shot_interrupt_settle(L);
	lua_pushcfunction(L, protected_finish);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
		report(L);
		status = EXIT_FAILURE;
	}
	bool quiet = lua_toboolean(L, -1);
	int signal = shot_interrupt_signal() ? shot_interrupt_signal() : shot_interrupt_asked();
	if (signal != 0) {
		status = EXIT_SIGNAL + signal;
	}
	shot_interrupt_finish();
	if (quiet) { /* else a thread still uses the state's memory: leave it to the system */
		lua_close(L);
		shot_loop_finish();
	}
	return status;
}

int main(int argc, char **argv)
{
	struct shot_arguments arguments;
	struct shot_error err;
	if (!shot_arguments_read(&arguments, argc, argv, &err)) {
		complain(&err, EXIT_USAGE);
		fputs("luashot --help lists the options\n", stderr);
		return EXIT_USAGE;
	}
	if (arguments.help) {
		fputs(shot_arguments_help, stdout);
		return EXIT_SUCCESS;
	}
	if (arguments.only_version) {
		puts("luashot " LUASHOT_VERSION " (" LUA_RELEASE ")");
		return EXIT_SUCCESS;
	}
	if (arguments.display) {
		setenv("DISPLAY", arguments.display, 1);
	}
	if (arguments.headless && !shot_headless_start(arguments.width, arguments.height, &err)) {
		return complain(&err, EXIT_FAILURE);
	}
	shot_pipe_start();
	return run(&arguments);
}
