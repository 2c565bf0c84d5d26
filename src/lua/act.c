#include "lua/act.h"

#include <lauxlib.h>
#include <string.h>

#include "base/clock.h"
#include "input/chord.h"
#include "input/performer.h"
#include "lua/args.h"
#include "lua/wait.h"

/* The stack while an act is awaited, also across a yield. */
enum { DISPLAY = 1, DEADLINE, PERFORMER };

/* Whether an act of performer number `performers` has lost it. */
static bool has_lost(
	const struct shotL_display *handle, lua_Integer performers, struct shot_error *err)
{
	if (handle->performer && handle->performers == performers) {
		return false;
	}
	shot_fail(err, "ELOST", "the display was %s meanwhile",
		handle->grabber ? "reconnected" : "closed");
	return true;
}

/* Waits for act `number`; true, or nil, message, code. */
static int act_on(lua_State *L, int status, lua_KContext number)
{
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	int64_t deadline = lua_tointeger(L, DEADLINE);
	for (;;) {
		struct shotL_display *handle = lua_touserdata(L, DISPLAY);
		struct shot_error err;
		if (has_lost(handle, lua_tointeger(L, PERFORMER), &err)) {
			return shotL_fail(L, &err);
		}
		enum shot_poll outcome =
			shot_performer_poll(handle->performer, (uint64_t)number, &err);
		if (outcome == SHOT_POLL_DONE) {
			lua_pushboolean(L, 1);
			return 1;
		}
		if (outcome == SHOT_POLL_FAILED) {
			return shotL_fail(L, &err);
		}
		if (!in_time) {
			shot_fail(&err, "ETIMEDOUT", "%s did not do it in time (is it stopped?)",
				shotL_display_server(L, DISPLAY));
			return shotL_fail(L, &err);
		}
		int fd = shot_performer_fd(handle->performer);
		in_time = shotL_waitk(L, fd, deadline, number, act_on);
	}
}

static int wait_for(lua_State *L, uint64_t number, double seconds)
{
	lua_settop(L, DISPLAY);
	lua_pushinteger(L, shot_deadline_in(seconds));
	lua_pushinteger(L, ((struct shotL_display *)lua_touserdata(L, DISPLAY))->performers);
	return act_on(L, LUA_OK, (lua_KContext)number);
}

static int opened_on(lua_State *L, int status, lua_KContext performers)
{
	(void)status;
	if (lua_toboolean(L, DISPLAY + 1)) {
		lua_settop(L, DISPLAY);
		return 1;
	}
	struct shotL_display *handle = lua_touserdata(L, DISPLAY);
	if (handle->performers == (unsigned)performers) {
		shot_performer_end(handle->performer);
		handle->performer = NULL;
	}
	return 3;
}

static int wait_for_opening(lua_State *L)
{
	struct shotL_display *handle = lua_touserdata(L, DISPLAY);
	return wait_for(L, 0, handle->opening_patience);
}

int shotL_begin_acting(lua_State *L, struct shotL_display *handle)
{
	struct shot_error err;
	const struct shot_source_kind *kind = handle->grabber->source->kind;
	shot_performer_end(handle->performer);
	handle->performer = NULL;
	handle->performer = shot_performer_start(kind->actor, handle->options.display, &err);
	if (!handle->performer) {
		return shotL_fail(L, &err);
	}
	lua_KContext performers = ++handle->performers;
	lua_pushcfunction(L, wait_for_opening);
	lua_pushvalue(L, DISPLAY);
	lua_callk(L, 1, LUA_MULTRET, performers, opened_on);
	return opened_on(L, LUA_OK, performers);
}

/* The point at two arguments, which may be nil. */
static bool check_point(lua_State *L, int arg, struct shot_point *point)
{
	if (lua_isnil(L, arg)) {
		return false;
	}
	*point = (struct shot_point){shotL_check_int32(L, arg), shotL_check_int32(L, arg + 1)};
	return true;
}

/* The numbers of a string, which may be nil; their count. */
static unsigned check_units(lua_State *L, int arg, uint32_t *units, size_t room)
{
	size_t size = 0;
	const char *bytes = lua_isnil(L, arg) ? NULL : luaL_checklstring(L, arg, &size);
	luaL_argcheck(L, size % sizeof *units == 0 && size / sizeof *units <= room, arg,
		"too many, or not whole");
	if (size > 0) {
		memcpy(units, bytes, size);
	}
	return (unsigned)(size / sizeof *units);
}

enum { SECONDS = 2, VERB, FROM, TO = FROM + 2, BUTTON = TO + 2, COUNT, PAUSE, KEYS, TEXT };

static int act(lua_State *L)
{
	static const char *const verbs[] = {"move", "click", "drag", "scroll", "key", "type", NULL};
	shotL_check_display(L, DISPLAY);
	lua_settop(L, TEXT);
	double seconds = shotL_check_duration(L, SECONDS);
	struct shot_act act = {.verb = (enum shot_verb)luaL_checkoption(L, VERB, NULL, verbs)};
	act.has_from = check_point(L, FROM, &act.from);
	act.has_to = check_point(L, TO, &act.to);
	lua_Integer button = luaL_optinteger(L, BUTTON, 1);
	luaL_argcheck(L, button >= 1 && button <= SHOT_ACT_BUTTONS, BUTTON, "1 to 9 expected");
	lua_Integer count = luaL_optinteger(L, COUNT, 1);
	luaL_argcheck(L, count >= 1 && count <= SHOT_ACT_CLICKS, COUNT, "1 to 10 expected");
	double pause = lua_isnil(L, PAUSE) ? 0 : shotL_check_duration(L, PAUSE);
	luaL_argcheck(L, pause <= 10, PAUSE, "10 seconds at most expected");
	act.button = (unsigned)button;
	act.pause_us = (uint32_t)(pause * 1e6);
	act.key_count = check_units(L, KEYS, act.keys, SHOT_ACT_KEYS);
	unsigned units = check_units(L, TEXT, act.units, SHOT_ACT_UNITS);
	act.count = act.verb == SHOT_VERB_TYPE ? units : (unsigned)count;
	struct shotL_display *handle = lua_touserdata(L, DISPLAY);
	struct shot_error err;
	act.only = handle->only;
	if (!handle->performer) {
		if (handle->wants_input) {
			shot_fail(&err, "ELOST",
				"no process acts, because the last reconnect failed: call "
				"reconnect once more");
		} else {
			shot_fail(&err, "ENOINPUT",
				"the display was opened to look only: luashot.open{ input = true }");
		}
		return shotL_fail(L, &err);
	}
	uint64_t number = shot_performer_send(handle->performer, &act, &err);
	return number ? wait_for(L, number, seconds) : shotL_fail(L, &err);
}

static int act_only(lua_State *L)
{
	shotL_check_display(L, DISPLAY);
	lua_Integer window = luaL_optinteger(L, DISPLAY + 1, 0);
	luaL_argcheck(
		L, window >= 0 && window <= UINT32_MAX, DISPLAY + 1, "a window's id expected");
	((struct shotL_display *)lua_touserdata(L, DISPLAY))->only = (uint32_t)window;
	return 0;
}

static int chord(lua_State *L)
{
	const char *text = luaL_checkstring(L, 1);
	uint32_t keys[SHOT_ACT_KEYS];
	struct shot_error err;
	unsigned count = shot_chord_parse(text, keys, &err);
	if (count == 0) {
		return shotL_fail(L, &err);
	}
	lua_pushlstring(L, (const char *)keys, count * sizeof *keys);
	lua_pushinteger(L, count);
	return 2;
}

void shotL_open_act(lua_State *L)
{
	lua_pushcfunction(L, act);
	lua_setfield(L, -2, "act");
	lua_pushcfunction(L, act_only);
	lua_setfield(L, -2, "act_only");
	lua_pushcfunction(L, chord);
	lua_setfield(L, -2, "chord");
}
