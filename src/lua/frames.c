#include "lua/frames.h"

#include <lauxlib.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/display.h"
#include "lua/frame.h"
#include "lua/match.h"
#include "lua/pending.h"
#include "lua/wait.h"

#define TYPE "luashot.frames"
#define PACE "luashot.pace"
#define FASTEST 10000 /* the highest rate, in captures a second */
#define SENDING 4     /* a quarter of a frame of the screen, for sending a capture */

struct series {
	struct shot_pace pace; /* first */
	int64_t handed_out;    /* the time at which the script got its frame; 0 before the first */
	int64_t busy;	       /* ns that the script worked on the last one */
	int64_t sent_by;       /* until then it waits for the next capture to be sent */
};

/* The user values of a series. */
enum { KEPT_DISPLAY = 1, KEPT_PENDING, KEPT_FRAME };

/* The stack of a step, also across a yield. */
enum { SERIES = 1, DISPLAY, PENDING, HANDLE };

/* Releases the frame of the last step, unless the script has kept it. */
static void release_last(lua_State *L)
{
	if (lua_getiuservalue(L, SERIES, KEPT_FRAME) == LUA_TUSERDATA) {
		struct shotL_frame *last = lua_touserdata(L, -1);
		if (!last->is_kept) {
			shotL_release_frame(last);
		}
	}
	lua_pop(L, 1);
	lua_pushnil(L);
	lua_setiuservalue(L, SERIES, KEPT_FRAME);
}

static int series_close(lua_State *L)
{
	luaL_checkudata(L, SERIES, TYPE);
	lua_settop(L, SERIES);
	if (lua_getiuservalue(L, SERIES, KEPT_PENDING) == LUA_TUSERDATA) {
		shotL_pending_cancel(lua_touserdata(L, -1));
	}
	release_last(L);
	return 0;
}

/* The time of the next capture. */
static int64_t opens(lua_State *L, int display, const struct shot_pace *pace)
{
	return shot_pace_opens(pace, shotL_check_display(L, display)->source->frame_ns);
}

/* Counts a capture that is sent now; the display's statistics show the latest series. */
static void count(struct shot_pace *pace, struct shot_grabber *grabber)
{
	shot_pace_sent(pace, shot_clock_ns());
	grabber->pace = *pace;
}

/* Sends the due capture. */
static bool send(lua_State *L, bool may_collect, struct shot_error *err)
{
	bool ok = may_collect ? shotL_pending_begin(L, PENDING, DISPLAY, err)
			      : shotL_pending_try(L, PENDING, DISPLAY, err);
	if (ok) {
		count(lua_touserdata(L, SERIES), shotL_check_display(L, DISPLAY));
	}
	return ok;
}

/* Whether the server still needs a request of the next capture, and is likely to get it soon. */
static bool has_unsent(lua_State *L, const struct series *series)
{
	struct shot_error next_step_tells;
	const struct shotL_pending *pending = lua_touserdata(L, PENDING);
	struct shot_source *source = shotL_check_display(L, DISPLAY)->source;
	return source->kind->has_unsent && shotL_pending_is_under_way(pending) &&
	       source->kind->take_events(source, &next_step_tells) &&
	       source->kind->has_unsent(source) && shot_clock_ns() < series->sent_by;
}

/* Returns the frame when the next capture is sent as a whole. Its last request would otherwise wait
 * for the next step: a body that takes longer than a frame of the screen would lose a frame. */
static int hand_out(lua_State *L, int status, lua_KContext context)
{
	struct series *series = lua_touserdata(L, SERIES);
	if (status == LUA_YIELD) {
		shotL_waited(L);
	}
	while (has_unsent(L, series)) {
		shotL_display_waitk(L, DISPLAY, series->sent_by, context, hand_out);
	}
	series->handed_out = shot_clock_ns();
	lua_settop(L, HANDLE);
	return 1;
}

/* The frame is there. It requests the next one now, which arrives while the script works on this
 * one, if that one is already due, or will be due before a body as long as the last one ends. */
static int finish(lua_State *L, struct shotL_pending *pending, lua_KContext context)
{
	struct shotL_frame *handle = lua_touserdata(L, HANDLE);
	handle->frame = pending->frames[0];
	shotL_frame_came_from(L, HANDLE, DISPLAY);
	shotL_rearm_frame(L, HANDLE);
	lua_pushvalue(L, HANDLE);
	lua_setiuservalue(L, SERIES, KEPT_FRAME);
	struct shot_error next_step_tells;
	struct series *series = lua_touserdata(L, SERIES);
	int64_t now = shot_clock_ns();
	series->sent_by = now + shotL_check_display(L, DISPLAY)->source->frame_ns / SENDING;
	if (opens(L, DISPLAY, &series->pace) <= now + series->busy) {
		send(L, false, &next_step_tells);
	}
	return hand_out(L, LUA_OK, context);
}

static int go_on(lua_State *L, int status, lua_KContext context)
{
	const struct shot_pace *pace = lua_touserdata(L, SERIES);
	struct shotL_pending *pending = lua_touserdata(L, PENDING);
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	for (;;) {
		shotL_check_display(L, DISPLAY);
		struct shot_error err;
		enum shot_poll outcome = SHOT_POLL_WAITING;
		if (shotL_pending_is_under_way(pending)) {
			outcome = shotL_pending_look(L, PENDING, DISPLAY, in_time, &err);
		} else if (opens(L, DISPLAY, pace) <= shot_clock_ns()) {
			outcome = send(L, true, &err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
		}
		if (outcome == SHOT_POLL_DONE) {
			return finish(L, pending, context);
		}
		if (outcome == SHOT_POLL_FAILED) {
			return luaL_error(L, "%s", err.message);
		}
		if (shotL_pending_is_under_way(pending)) {
			in_time = shotL_display_waitk(
				L, DISPLAY, shotL_pending_until(pending), context, go_on);
		} else {
			shotL_waitk(L, -1, opens(L, DISPLAY, pace), context, go_on);
		}
	}
}

/* The iterator of the generic for. */
static int step(lua_State *L)
{
	struct series *series = luaL_checkudata(L, SERIES, TYPE);
	series->busy = series->handed_out ? shot_clock_ns() - series->handed_out : 0;
	lua_settop(L, SERIES);
	release_last(L);
	lua_getiuservalue(L, SERIES, KEPT_DISPLAY);
	lua_getiuservalue(L, SERIES, KEPT_PENDING);
	shotL_new_frame(L);
	return go_on(L, LUA_OK, 0);
}

int shotL_display_frames(lua_State *L)
{
	static const char *const names[] = {"[1]", "fps", "clip", "cursor", "timeout", NULL};
	bool cursor = shotL_check_display(L, 1)->cursor;
	if (lua_isnoneornil(L, 2)) {
		lua_settop(L, 1);
		lua_newtable(L);
	}
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 2);
	lua_rawgeti(L, 2, 1);
	shotL_check_options(L, 2, names);
	double fps = shotL_field_number(L, 2, "fps", 0, 0, FASTEST);
	double patience = shotL_field_duration(L, 2, "timeout", shotL_display_patience(L, 1));
	lua_pushcfunction(L, step);
	struct series *series = lua_newuserdatauv(L, sizeof *series, KEPT_FRAME);
	*series = (struct series){0};
	luaL_setmetatable(L, TYPE);
	struct shotL_pending *pending = shotL_new_pending(L, 1);
	pending->patience = patience;
	shotL_pending_aim(L, lua_gettop(L), 0, 3, 2, cursor);
	lua_setiuservalue(L, -2, KEPT_PENDING);
	lua_pushvalue(L, 1);
	lua_setiuservalue(L, -2, KEPT_DISPLAY);
	shot_pace_start(&series->pace, fps, shot_clock_ns());
	lua_pushnil(L);
	lua_pushvalue(L, -2);
	return 4;
}

int shotL_display_pace(lua_State *L)
{
	shotL_check_display(L, 1);
	lua_Number fps = luaL_optnumber(L, 2, 0);
	luaL_argcheck(L, fps >= 0 && fps <= FASTEST, 2, "captures a second expected, 0 to 10000");
	struct shot_pace *pace = lua_newuserdatauv(L, sizeof *pace, 0);
	luaL_setmetatable(L, PACE);
	shot_pace_start(pace, fps, shot_clock_ns());
	return 1;
}

static int tick_on(lua_State *L, int status, lua_KContext context)
{
	struct shot_pace *pace = lua_touserdata(L, 2);
	if (status == LUA_YIELD) {
		shotL_waited(L);
	}
	while (opens(L, 1, pace) > shot_clock_ns()) {
		shotL_waitk(L, -1, opens(L, 1, pace), context, tick_on);
	}
	count(pace, shotL_check_display(L, 1));
	return 0;
}

int shotL_display_tick(lua_State *L)
{
	shotL_check_display(L, 1);
	luaL_checkudata(L, 2, PACE);
	lua_settop(L, 2);
	return tick_on(L, LUA_OK, 0);
}

void shotL_open_frames(lua_State *L)
{
	luaL_newmetatable(L, TYPE);
	lua_pushcfunction(L, series_close);
	lua_setfield(L, -2, "__close");
	luaL_newmetatable(L, PACE);
	lua_pop(L, 2);
}
