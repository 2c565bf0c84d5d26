#include "lua/grab.h"

#include "lua/args.h"
#include "lua/display.h"
#include "lua/frame.h"
#include "lua/match.h"
#include "lua/pending.h"
#include "lua/wait.h"

/* The stack of both functions, also across a yield. */
enum { DISPLAY = 1, WHAT, OPTIONS, RESULT, PENDING };

static struct shotL_pending *push_pending(lua_State *L, unsigned count)
{
	static const char *const names[] = {"clip", "cursor", "timeout", NULL};
	shotL_check_options(L, OPTIONS, names);
	double patience =
		shotL_field_duration(L, OPTIONS, "timeout", shotL_display_patience(L, DISPLAY));
	struct shotL_pending *pending =
		count == 1 ? shotL_reuse_pending(L, DISPLAY) : shotL_new_pending(L, count);
	lua_toclose(L, PENDING);
	pending->patience = patience;
	return pending;
}

/* Moves a frame to its handle, which cannot fail. */
static void fill(lua_State *L, int handle, const struct shot_frame *frame, bool has_yielded)
{
	((struct shotL_frame *)lua_touserdata(L, handle))->frame = *frame;
	shotL_frame_came_from(L, handle, DISPLAY);
	if (has_yielded) {
		shotL_rearm_frame(L, handle);
	}
}

static int finish(lua_State *L, const struct shotL_pending *pending, bool has_yielded)
{
	if (lua_type(L, RESULT) == LUA_TUSERDATA) {
		fill(L, RESULT, &pending->frames[0], has_yielded);
	}
	for (unsigned i = 0; lua_type(L, RESULT) == LUA_TTABLE && i < pending->count; i++) {
		lua_rawgeti(L, RESULT, (lua_Integer)i + 1);
		fill(L, -1, &pending->frames[i], has_yielded);
		lua_pop(L, 1);
	}
	lua_settop(L, RESULT);
	return 1;
}

static int go_on(lua_State *L, int status, lua_KContext context)
{
	struct shotL_pending *pending = lua_touserdata(L, PENDING);
	struct shot_error err;
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	enum shot_poll outcome;
	if (status == LUA_YIELD) {
		outcome = shotL_pending_look(L, PENDING, DISPLAY, in_time, &err);
	} else {
		outcome = shotL_pending_begin(L, PENDING, DISPLAY, &err) ? SHOT_POLL_WAITING
									 : SHOT_POLL_FAILED;
	}
	while (outcome == SHOT_POLL_WAITING) {
		/* Waits first, which saves a read without data. If another call has read the reply,
		 * the wait returns. */
		in_time = shotL_display_waitk(
			L, DISPLAY, shotL_pending_until(pending), context, go_on);
		outcome = shotL_pending_look(L, PENDING, DISPLAY, in_time, &err);
	}
	pending->is_reusable = status != LUA_YIELD;
	return outcome == SHOT_POLL_DONE ? finish(L, pending, status == LUA_YIELD)
					 : shotL_fail(L, &err);
}

int shotL_display_grab(lua_State *L)
{
	bool cursor = shotL_check_display(L, DISPLAY)->cursor;
	lua_settop(L, OPTIONS);
	shotL_new_frame(L);
	push_pending(L, 1);
	shotL_pending_aim(L, PENDING, 0, WHAT, OPTIONS, cursor);
	return go_on(L, LUA_OK, 0);
}

int shotL_display_grab_many(lua_State *L)
{
	bool cursor = shotL_check_display(L, DISPLAY)->cursor;
	luaL_checktype(L, WHAT, LUA_TTABLE);
	lua_settop(L, OPTIONS);
	lua_Unsigned count = lua_rawlen(L, WHAT);
	luaL_argcheck(L, count <= SHOT_REQUEST_TARGETS, WHAT, "too many regions, 4096 at most");
	lua_createtable(L, (int)count, 0);
	struct shotL_pending *pending = push_pending(L, (unsigned)count);
	for (lua_Unsigned i = 0; i < count; i++) {
		lua_rawgeti(L, WHAT, (lua_Integer)i + 1);
		shotL_pending_aim(L, PENDING, (unsigned)i, lua_gettop(L), OPTIONS, cursor);
		lua_pop(L, 1);
		shotL_new_frame(L);
		lua_rawseti(L, RESULT, (lua_Integer)i + 1);
	}
	return count > 0 ? go_on(L, LUA_OK, 0) : finish(L, pending, false);
}
