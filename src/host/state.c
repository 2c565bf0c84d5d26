#include "host/state.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lualib.h>

#include "host/coroutine.h"
#include "host/door.h"
#include "host/editor.h"
#include "host/embedded.h"
#include "host/exit.h"
#include "host/hook.h"
#include "host/interrupt.h"
#include "host/line.h"
#include "host/loop.h"
#include "host/luv.h"
#include "host/protect.h"
#include "host/timeslice.h"
#include "lua/args.h"
#include "lua/type.h"
#include "lua/wait.h"
#include "process/sandbox.h"

/* The binding (src/lua/core.c); stock Lua finds it by this name alone, so no header has it. */
int luaopen_luashot_core(lua_State *L);

static const char inner_key; /* of the environment of the embedded files, where that is not _G */

/* Copies the globals as they are now; missing names are read from and set in the globals. */
static void split_environment(lua_State *L)
{
	lua_newtable(L);
	lua_pushglobaltable(L);
	for (lua_pushnil(L); lua_next(L, -2);) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, -5);
	}
	lua_createtable(L, 0, 2);
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, "__index");
	lua_insert(L, -2);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &inner_key);
}

/* Another release may have other instructions under the same version. */
static bool is_compiled_for_this_lua(void)
{
	return strstr(lua_ident, shot_embedded_release) != NULL;
}

/* package.preload's function for an embedded file: load and run it. */
static int load_embedded(lua_State *L)
{
	const struct shot_embedded *file = lua_touserdata(L, lua_upvalueindex(1));
	bool is_compiled = is_compiled_for_this_lua();
	const struct shot_embedded_bytes *bytes = is_compiled ? &file->code : &file->text;
	if (luaL_loadbufferx(L, (const char *)bytes->data, bytes->size, file->chunk,
		    is_compiled ? "b" : "t") != LUA_OK) {
		return lua_error(L);
	}
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &inner_key) == LUA_TTABLE) {
		lua_setupvalue(L, -2, 1);
	} else {
		lua_pop(L, 1);
	}
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, 1);
	return 1;
}

static void preload(lua_State *L)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	for (const struct shot_embedded *file = shot_embedded; file->module; file++) {
		lua_pushlightuserdata(L, (void *)file);
		lua_pushcclosure(L, load_embedded, 1);
		lua_setfield(L, -2, file->module);
	}
	lua_pushcfunction(L, luaopen_luashot_core);
	lua_setfield(L, -2, "luashot.core");
	lua_pushcfunction(L, shot_loop_open_luv);
	lua_setfield(L, -2, "luv");
	lua_pop(L, 1);
}

void shot_state_open(lua_State *L, const struct shot_arguments *arguments)
{
	if (arguments->no_environment) {
		lua_pushboolean(L, 1);
		lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV"); /* luaopen_package reads this */
	}
	lua_gc(L, LUA_GCSTOP); /* until the host's own files are compiled */
	luaL_openlibs(L);
	lua_warning(L, "@on", 0);
	shot_coroutine_install(L);
	shot_hook_install(L);
	shot_protect_install(L);
	preload(L);
	if (arguments->sandbox) {
		split_environment(L);
	}
	shotL_set_wake_fd(L, shot_interrupt_fd());
	shot_arguments_push_arg(L, arguments);
	lua_setglobal(L, "arg");
}

static int on_error(lua_State *L)
{
	lua_settop(L, 1);
	shot_loop_on_error(L);
	return 0;
}

static int is_terminal(lua_State *L)
{
	lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
	return 1;
}

static int real_path(lua_State *L)
{
	char path[PATH_MAX];
	lua_pushstring(L, realpath(luaL_checkstring(L, 1), path));
	return 1;
}

/* lock(connections) -> true | nil, message, code */
static int lock(lua_State *L)
{
	struct shot_sandbox *sandbox = lua_touserdata(L, lua_upvalueindex(1));
	struct shot_error err;
	sandbox->connections = (unsigned)luaL_checkinteger(L, 1);
	shot_luv_load(L); /* a Lua module is a file, which the walls hide */
	if (!shot_sandbox_lock(sandbox, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* Pushes the folder of the program, relative to which the installed scripts are found; nil when
 * unknown. */
static void push_folder(lua_State *L)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path);
	const char *slash = length > 0 ? memrchr(path, '/', (size_t)length) : NULL;
	if (slash) {
		lua_pushlstring(L, path, (size_t)(slash - path));
	} else {
		lua_pushnil(L);
	}
}

static const char host_key;

/* Loads the module by hand, so that no script reaches it through package.loaded. */
static void push_host(lua_State *L)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	lua_getfield(L, -1, "luashot.host.main");
	lua_remove(L, -2);
	lua_call(L, 0, 1);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key);
}

bool shot_state_push_finish(lua_State *L)
{
	bool is_loaded = lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key) != LUA_TNIL;
	if (is_loaded) {
		lua_getfield(L, -1, "finish");
		lua_remove(L, -2);
	}
	return is_loaded;
}

/* The values that other files push. */
static const struct {
	const char *name;
	void (*push)(lua_State *L);
} parts[] = {
	{"park", shot_coroutine_push_park},
	{"resume", shot_coroutine_push_resume},
	{"slice_mark", shot_timeslice_push_mark},
	{"start_slices", shot_timeslice_push_start},
	{"atomic", shot_timeslice_push_atomic},
	{"catch", shot_protect_push_catch},
	{"get_interrupt", shot_interrupt_push_get},
	{"clear_interrupt", shot_interrupt_push_clear},
	{"be_gentle", shot_interrupt_push_be_gentle},
	{"get_asked", shot_interrupt_push_asked},
	{"hear_interrupt", shot_interrupt_push_hear},
	{"exit", shot_exit_push},
	{"is_child", shot_exit_push_is_child},
	{"door", shot_door_push},
	{"editor", shot_editor_push},
	{"read_line", shot_line_push},
	{"rest", shot_loop_push_rest},
	{"folder", push_folder},
};

void shot_state_push_main(
	lua_State *L, const struct shot_arguments *arguments, struct shot_sandbox *sandbox)
{
	static const luaL_Reg functions[] = {
		{"on_callback_error", on_error},
		{"is_terminal", is_terminal},
		{"real_path", real_path},
		{NULL, NULL},
	};
	push_host(L);
	lua_getfield(L, -1, "main");
	lua_remove(L, -2);

	luaL_newlib(L, functions);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		parts[i].push(L);
		lua_setfield(L, -2, parts[i].name);
	}
	shot_arguments_push(L, arguments);
	lua_setfield(L, -2, "arguments");
	if (sandbox) {
		lua_pushlightuserdata(L, sandbox);
		lua_pushcclosure(L, lock, 1);
		lua_setfield(L, -2, "lock");
	}
	shotL_set_integer(L, "interrupt_fd", shot_interrupt_fd());
	shotL_set_string(L, "version", LUASHOT_VERSION);
}
