#include "lua/watch.h"

#include <lauxlib.h>
#include <math.h>

#include "base/clock.h"
#include "capture/watch.h"
#include "lua/args.h"
#include "lua/display.h"
#include "lua/type.h"
#include "lua/wait.h"

#define TYPE "luashot.watch"

/* The stack of watch:changed(), also across a yield; several jobs may be in it. The context is the
 * deadline. */
enum { WATCH = 1, DISPLAY, IS_NEW };

struct handle {
	struct shot_watch *watch; /* NULL while closed */
	unsigned changes;	  /* the layout changes that were known at the last question */
};

static int watch_close(lua_State *L)
{
	struct handle *handle = luaL_checkudata(L, WATCH, TYPE);
	struct shot_watch *watch = handle->watch;
	handle->watch = NULL;
	shot_watch_destroy(watch);
	return 0;
}

/* The watch, with its display at DISPLAY on the stack. */
static struct handle *check_open(lua_State *L)
{
	struct handle *handle = luaL_checkudata(L, WATCH, TYPE);
	if (!handle->watch) {
		luaL_error(L, "attempt to use a closed watch");
	}
	lua_settop(L, WATCH);
	lua_getiuservalue(L, WATCH, 1);
	return handle;
}

/* Pushes a copy, because an allocation may run a finalizer that closes the watch and frees its
 * answer. False when that happened before the copy. */
static bool push_rects(lua_State *L, const struct handle *handle, unsigned count)
{
	struct shot_rect *rects = lua_newuserdatauv(L, (count + 1) * sizeof *rects, 0);
	if (!handle->watch) {
		return false;
	}
	unsigned seen = 0;
	const struct shot_mask *mask = &shotL_check_display(L, DISPLAY)->mask;
	const struct shot_rect *answer = shot_watch_answer(handle->watch);
	for (unsigned i = 0; i < count; i++) {
		if (!shot_mask_hides(mask, answer[i])) {
			rects[seen++] = answer[i];
		}
	}
	lua_createtable(L, (int)seen, 0);
	for (unsigned i = 0; i < seen; i++) {
		shotL_push_rect(L, rects[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return true;
}

/* Waits for the answer; the first answer of a new watch is ignored. */
static int go_on(lua_State *L, int status, lua_KContext deadline)
{
	struct handle *handle = lua_touserdata(L, WATCH);
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	for (;;) {
		unsigned count;
		struct shot_error err;
		if (!handle->watch) {
			return luaL_error(L, "the watch was closed during the call");
		}
		enum shot_poll outcome = shot_watch_poll(handle->watch, &count, &err);
		if (outcome == SHOT_POLL_DONE && lua_toboolean(L, IS_NEW)) {
			lua_settop(L, WATCH);
			return 1;
		}
		if (outcome == SHOT_POLL_DONE && push_rects(L, handle, count)) {
			return 1;
		}
		if (outcome == SHOT_POLL_DONE) {
			continue; /* to raise that it is closed */
		}
		if (outcome == SHOT_POLL_WAITING && !in_time) {
			shot_watch_give_up(handle->watch);
			shotL_display_unanswered(L, DISPLAY, &err);
			outcome = SHOT_POLL_FAILED;
		}
		if (outcome == SHOT_POLL_FAILED) {
			return shotL_fail(L, &err);
		}
		in_time = shotL_display_waitk(
			L, DISPLAY, shotL_kept_deadline(deadline), deadline, go_on);
	}
}

static int watch_changed(lua_State *L)
{
	struct handle *handle = check_open(L);
	struct shot_error err;
	if (!shot_watch_ask(handle->watch, &err)) {
		return shotL_fail(L, &err);
	}
	handle->changes = shotL_check_display(L, DISPLAY)->source->changes;
	lua_pushboolean(L, 0);
	return go_on(L, LUA_OK,
		shotL_keep_deadline(shot_deadline_in(shotL_display_patience(L, DISPLAY))));
}

static int wait_on(lua_State *L, int status, lua_KContext deadline)
{
	struct handle *handle = lua_touserdata(L, WATCH);
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	for (;;) {
		struct shot_error err;
		if (!handle->watch) {
			return luaL_error(L, "the watch was closed during the call");
		}
		if (!shot_watch_check(handle->watch, &err)) {
			return shotL_fail(L, &err);
		}
		struct shot_grabber *grabber = shotL_check_display(L, DISPLAY);
		if (!shot_grabber_take_events(grabber, &err)) {
			return shotL_fail(L, &err);
		}
		bool is_due = shot_watch_is_due(handle->watch) ||
			      grabber->source->changes != handle->changes;
		if (is_due || !in_time) {
			lua_pushboolean(L, is_due);
			return 1;
		}
		in_time = shotL_waitk(L, shotL_display_fd(L, DISPLAY),
			shotL_kept_deadline(deadline), deadline, wait_on);
	}
}

static int watch_wait(lua_State *L)
{
	int64_t deadline = shotL_opt_deadline(L, 2, HUGE_VAL);
	check_open(L);
	return wait_on(L, LUA_OK, shotL_keep_deadline(deadline));
}

int shotL_display_watch(lua_State *L)
{
	shotL_check_display(L, 1);
	struct shot_rect rect = shotL_check_rect(L, 2);
	luaL_argcheck(L, !shot_rect_is_empty(rect), 2, "width and height expected");
	lua_settop(L, 2);
	struct handle *handle = lua_newuserdatauv(L, sizeof *handle, 1);
	*handle = (struct handle){0};
	luaL_setmetatable(L, TYPE);
	lua_pushvalue(L, 1);
	lua_setiuservalue(L, -2, 1);
	struct shot_error err;
	struct shot_source *source = shotL_check_display(L, 1)->source;
	handle->changes = source->changes;
	handle->watch = shot_watch_create(source, rect, &err);
	if (!handle->watch) {
		return shotL_fail(L, &err);
	}
	lua_insert(L, WATCH);
	lua_settop(L, DISPLAY);
	lua_pushboolean(L, 1);
	return go_on(L, LUA_OK,
		shotL_keep_deadline(shot_deadline_in(shotL_display_patience(L, DISPLAY))));
}

void shotL_open_watch(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"changed", watch_changed},
		{"close", watch_close},
		{"wait", watch_wait},
		{NULL, NULL},
	};
	static const luaL_Reg metamethods[] = {
		{"__close", watch_close},
		{"__gc", watch_close},
		{NULL, NULL},
	};
	shotL_new_type(L, TYPE, metamethods, "a watch", methods);
}
