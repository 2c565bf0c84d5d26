#include "lua_call.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lualib.h>

#include "lua_bounds.h"
#include "lua_shape.h"

#define ANSWER_MS 10 /* for a descriptor that a job waits for */
#define WAITS 12     /* of a call in a coroutine */
#define STEP "step"  /* the registry's iterator of frames */

int luaopen_luashot_core(lua_State *L);

/* --- one call --------------------------------------------------------------------------------- */

struct choice {
	const struct fuzz_call *calls;
	size_t count;
	struct fuzz_input *input;
};

/* Push the function, nil when there is none, and for a method the object. */
static void push_function(lua_State *L, struct fuzz_input *input, const struct fuzz_call *call)
{
	if (!call->type) {
		luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
		lua_getfield(L, -1, call->module);
		lua_getfield(L, -1, call->name);
		lua_replace(L, -3);
		lua_pop(L, 1);
		return;
	}
	lua_pushnil(L);
	for (int tries = 0; tries < 4 && !luaL_testudata(L, -1, call->type); tries++) {
		lua_pop(L, 1);
		fuzz_push_object(L, input);
	}
	if (!luaL_testudata(L, -1, call->type)) {
		lua_pushnil(L);
	} else if (strcmp(call->name, "()") == 0) {
		lua_getfield(L, LUA_REGISTRYINDEX, STEP);
	} else {
		lua_getfield(L, -1, call->name);
	}
	lua_insert(L, -2);
}

/* Userdata, an iterator, of a list its first. */
static void keep_result(lua_State *L, struct fuzz_input *input, int index)
{
	lua_pushvalue(L, index);
	if (lua_istable(L, -1)) {
		lua_rawgeti(L, -1, 1);
		lua_replace(L, -2);
	}
	if (lua_iscfunction(L, -1)) {
		lua_setfield(L, LUA_REGISTRYINDEX, STEP);
	} else if (lua_istable(L, -1) || lua_type(L, -1) == LUA_TUSERDATA) {
		fuzz_keep_object(L, input);
	} else {
		lua_pop(L, 1);
	}
}

/* A failure is nil, a message and a code. */
static int look_at_results(lua_State *L, int status, lua_KContext first)
{
	struct choice *choice = lua_touserdata(L, 1);
	int top = lua_gettop(L);
	(void)status;
	if (top > (int)first && lua_isnil(L, (int)first) &&
		lua_type(L, (int)first + 1) == LUA_TSTRING &&
		(lua_rawlen(L, (int)first + 1) == 0 || lua_type(L, (int)first + 2) != LUA_TSTRING ||
			lua_rawlen(L, (int)first + 2) == 0)) {
		abort();
	}
	for (int i = (int)first; i <= top; i++) {
		keep_result(L, choice->input, i);
	}
	return 0;
}

static int one_call(lua_State *L)
{
	struct choice *choice = lua_touserdata(L, 1);
	struct fuzz_input *input = choice->input;
	const struct fuzz_call *call = &choice->calls[fuzz_next(input) % choice->count];
	push_function(L, input, call);
	for (const char *shape = call->shape; *shape; shape++) {
		fuzz_push_shape(L, input, *shape, call->options);
	}
	int count = lua_gettop(L) - 2;
	if (lua_isnil(L, 2)) {
		return 0;
	}
	lua_callk(L, count, LUA_MULTRET, 2, look_at_results);
	return look_at_results(L, LUA_OK, 2);
}

/* What Lua itself says of code that does not look at what it is given. */
static bool is_blunder(const char *message)
{
	static const char *const blunders[] = {"attempt to index", "attempt to call",
		"attempt to compare", "attempt to perform", "attempt to concatenate"};
	for (size_t i = 0; i < sizeof blunders / sizeof *blunders; i++) {
		if (strstr(message, blunders[i])) {
			return true;
		}
	}
	return false;
}

static void look_at_error(lua_State *L, const struct fuzz_input *input)
{
	if (input->has_raised) {
		return; /* whatever it was */
	}
	if (lua_type(L, -1) != LUA_TSTRING || is_blunder(lua_tostring(L, -1))) {
		fprintf(stderr, "raised %s\n", luaL_tolstring(L, -1, NULL));
		abort();
	}
}

/* The waiter of jobs: it yields, and is resumed with its answer. */
static int wait_by_yielding(lua_State *L)
{
	return lua_yield(L, lua_gettop(L));
}

/* What others do while the job waits, and then the answer. Its stack: a descriptor and two times.
 */
static int answer_wait(lua_State *L, lua_State *job, struct fuzz_input *input)
{
	struct pollfd one = {.fd = (int)lua_tointeger(job, 1), .events = POLLIN};
	double milliseconds = 1000 * lua_tonumber(job, 2);
	int patience = milliseconds < ANSWER_MS ? (int)milliseconds : ANSWER_MS;
	lua_settop(job, 0);
	unsigned how = fuzz_next(input);
	if (how % 8 == 0) {
		fuzz_disturb(L, how / 8);
	}
	bool is_ready = poll(&one, 1, how % 8 == 1 ? 0 : patience) > 0;
	if (how % 8 == 2) {
		lua_pushnil(job);
	} else {
		lua_pushboolean(job, is_ready);
	}
	return 1;
}

static int call_in_coroutine(lua_State *L, struct choice *choice)
{
	lua_State *job = lua_newthread(L);
	lua_pushcfunction(job, one_call);
	lua_pushlightuserdata(job, choice);
	fuzz_begin_call(job);
	int results, status = lua_resume(job, L, 1, &results);
	for (int i = 0; i < WAITS && status == LUA_YIELD; i++) {
		int arguments = 0;
		if (results == 3) {
			arguments = answer_wait(L, job, choice->input);
		} else {
			lua_settop(job, 0);
		}
		status = lua_resume(job, L, arguments, &results);
	}
	fuzz_end_call(job);
	if (status != LUA_OK && status != LUA_YIELD) {
		look_at_error(job, choice->input);
	}
	lua_resetthread(job);
	return 0;
}

static int call_somehow(lua_State *L)
{
	struct choice *choice = lua_touserdata(L, 1);
	if (fuzz_next(choice->input) % 4 == 0) {
		return call_in_coroutine(L, choice);
	}
	lua_pushcfunction(L, one_call);
	lua_insert(L, 1);
	fuzz_begin_call(L);
	int status = lua_pcall(L, 1, 0, 0);
	fuzz_end_call(L);
	if (status != LUA_OK) {
		look_at_error(L, choice->input);
	}
	return 0;
}

void fuzz_calls(lua_State *L, struct fuzz_input *input, const struct fuzz_call *calls, size_t count,
	int most)
{
	struct choice choice = {calls, count, input};
	for (int i = 0; i < most && input->size > 0; i++) {
		input->has_raised = false;
		lua_settop(L, 0);
		lua_pushcfunction(L, call_somehow);
		lua_pushlightuserdata(L, &choice);
		int status = lua_pcall(L, 1, 0, 0);
		fuzz_end_call(L); /* in case that it has not come to its end */
		if (status != LUA_OK) {
			look_at_error(L, input);
		}
	}
	lua_settop(L, 0);
}

/* --- before and after ------------------------------------------------------------------------- */

static void call_chunk(lua_State *L, const char *chunk, int results)
{
	if (luaL_loadstring(L, chunk) != LUA_OK || lua_pcall(L, 0, results, 0) != LUA_OK) {
		fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
		abort();
	}
}

static int say_nothing(lua_State *L)
{
	(void)L;
	return 0;
}

void fuzz_open_binding(lua_State *L, const char *chunk)
{
	luaL_openlibs(L);
	luaL_requiref(L, "luashot", luaopen_luashot_core, 0);
	lua_setglobal(L, "luashot");
	/* The loop's part of save_async: here nobody waits for its end. */
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushcfunction(L, say_nothing);
	lua_setfield(L, -2, "luashot.events.saving");
	lua_pop(L, 1);
	lua_pushstring(L, fuzz_ring_prefix());
	lua_setglobal(L, "prefix");
	call_chunk(L, chunk, 1);
	fuzz_set_objects(L);
	lua_getglobal(L, "luashot");
	lua_getfield(L, -1, "set_waiter");
	lua_pushcfunction(L, wait_by_yielding);
	lua_call(L, 1, 0);
	lua_settop(L, 0);
}

void fuzz_add_function(lua_State *L, const char *name, lua_CFunction function)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	luaL_getsubtable(L, -1, "test");
	lua_pushcfunction(L, function);
	lua_setfield(L, -2, name);
	lua_pop(L, 2);
}

void fuzz_end_calls(lua_State *L, struct fuzz_input *input, const char *chunk)
{
	input->left = -1;
	lua_newtable(L);
	fuzz_set_objects(L);
	lua_pushnil(L);
	lua_setfield(L, LUA_REGISTRYINDEX, STEP);
	lua_gc(L, LUA_GCCOLLECT);
	call_chunk(L, chunk, 0);
}
