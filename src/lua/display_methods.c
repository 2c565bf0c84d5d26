#include "lua/display_methods.h"

#include "base/clock.h"
#include "capture/opener.h"
#include "input/performer.h"
#include "lua/args.h"
#include "lua/display.h"
#include "lua/frames.h"
#include "lua/grab.h"
#include "lua/names.h"
#include "lua/open.h"
#include "lua/publish.h"
#include "lua/save_async.h"
#include "lua/type.h"
#include "lua/wait.h"
#include "lua/watch.h"
#include "lua/window.h"

static int display_close(lua_State *L)
{
	struct shotL_display *handle = luaL_checkudata(L, 1, SHOTL_DISPLAY);
	struct shotL_display closing = *handle;
	*handle = (struct shotL_display){0};
	shot_performer_end(closing.performer);
	shot_opener_destroy(closing.opener);
	shot_grabber_close(closing.grabber);
	return 0;
}

/* Reads the layout again; false with `err` filled. The wait may yield, and continues in `k`. */
static bool refresh(
	lua_State *L, int status, lua_KContext deadline, lua_KFunction k, struct shot_error *err)
{
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	for (;;) {
		struct shot_grabber *grabber = shotL_check_display(L, 1);
		enum shot_poll outcome = shot_grabber_refresh(grabber, err);
		if (outcome != SHOT_POLL_WAITING) {
			return outcome == SHOT_POLL_DONE;
		}
		if (!in_time) {
			return shotL_display_unanswered(L, 1, err);
		}
		in_time = shotL_display_waitk(L, 1, shotL_kept_deadline(deadline), deadline, k);
	}
}

static int begin_refresh(lua_State *L, lua_KFunction k)
{
	shotL_check_display(L, 1)->source->is_stale = true;
	lua_settop(L, 1);
	return k(L, LUA_OK, shotL_keep_deadline(shot_deadline_in(shotL_display_patience(L, 1))));
}

static int size_on(lua_State *L, int status, lua_KContext deadline)
{
	struct shot_error err;
	if (!refresh(L, status, deadline, size_on, &err)) {
		return shotL_fail(L, &err);
	}
	struct shot_rect root = shotL_check_display(L, 1)->source->layout.root;
	lua_pushinteger(L, root.width);
	lua_pushinteger(L, root.height);
	return 2;
}

static int display_size(lua_State *L)
{
	return begin_refresh(L, size_on);
}

static void push_monitor(lua_State *L, const struct shot_monitor *monitor)
{
	lua_createtable(L, 0, 11);
	shotL_set_integer(L, "x", monitor->rect.x);
	shotL_set_integer(L, "y", monitor->rect.y);
	shotL_set_integer(L, "width", monitor->rect.width);
	shotL_set_integer(L, "height", monitor->rect.height);
	shotL_set_integer(L, "mm_width", monitor->mm_width);
	shotL_set_integer(L, "mm_height", monitor->mm_height);
	lua_pushnumber(L, monitor->scale > 0 ? monitor->scale : 1);
	lua_setfield(L, -2, "scale");
	shotL_set_string(L, "transform", monitor->transform ? monitor->transform : "normal");
	shotL_set_integer(L, "id", monitor->id);
	shotL_set_string(L, "name", monitor->name);
	shotL_set_string(L, "label", monitor->label);
	shotL_set_string(L, "output", monitor->output);
	shotL_set_boolean(L, "primary", monitor->primary);
}

static int monitors_on(lua_State *L, int status, lua_KContext deadline)
{
	struct shot_error err;
	if (!refresh(L, status, deadline, monitors_on, &err)) {
		return shotL_fail(L, &err);
	}
	/* A copy, because an allocation may run a finalizer that closes the display. */
	struct shot_layout layout = shotL_check_display(L, 1)->source->layout;
	lua_createtable(L, (int)layout.count, 0);
	for (size_t i = 0; i < layout.count; i++) {
		push_monitor(L, &layout.monitors[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static int display_monitors(lua_State *L)
{
	return begin_refresh(L, monitors_on);
}

/* Pushes the figures of the latest series of frames; nil before the first. */
static void push_pace(lua_State *L, const struct shot_pace *pace)
{
	if (pace->count == 0) {
		lua_pushnil(L);
		return;
	}
	lua_createtable(L, 0, 4);
	shotL_set_integer(L, "count", (lua_Integer)pace->count);
	shotL_set_integer(L, "skipped", (lua_Integer)pace->skipped);
	lua_pushnumber(L, shot_pace_rate(pace));
	lua_setfield(L, -2, "fps");
	lua_pushnumber(L, shot_pace_lateness(pace));
	lua_setfield(L, -2, "lateness");
}

static int display_stats(lua_State *L)
{
	const struct shot_grabber *grabber = shotL_check_display(L, 1);
	struct shot_stats stats = shot_grabber_stats(grabber);
	struct shot_pace pace = grabber->pace;
	uint64_t copied = grabber->copied;
	const char *copy_reason = grabber->copy_reason;
	lua_settop(L, 1);
	lua_pushstring(L, stats.reason); /* first: a finalizer may close the display */
	lua_createtable(L, 0, 14);
	shotL_set_integer(L, "slots", stats.slots);
	shotL_set_integer(L, "held", stats.held);
	shotL_set_integer(L, "idle", stats.idle);
	shotL_set_integer(L, "bytes", (lua_Integer)stats.bytes);
	shotL_set_integer(L, "peak", stats.peak);
	shotL_set_integer(L, "growths", (lua_Integer)stats.growths);
	shotL_set_integer(L, "collections", (lua_Integer)stats.collections);
	shotL_set_integer(L, "in_flight", stats.in_flight);
	shotL_set_integer(L, "published", (lua_Integer)stats.published);
	shotL_set_integer(L, "copied", (lua_Integer)copied);
	shotL_set_string(L, "copy_reason", copy_reason);
	shotL_set_integer(L, "dropped", (lua_Integer)stats.dropped);
	shotL_set_integer(L, "saving", shotL_saves_pending(L));
	shotL_set_integer(L, "refused", shotL_saves_refused(L));
	push_pace(L, &pace);
	lua_setfield(L, -2, "series");
	shotL_set_string(L, "path", stats.path);
	if (lua_rawlen(L, 2) > 0) {
		lua_pushvalue(L, 2);
		lua_setfield(L, 3, "reason");
	}
	return 1;
}

static int display_trim(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)shot_grabber_trim(shotL_check_display(L, 1)));
	return 1;
}

static int display_fd(lua_State *L)
{
	lua_pushinteger(L, shotL_display_fd(L, 1));
	return 1;
}

static int display_poll(lua_State *L)
{
	struct shot_error err;
	if (!shot_grabber_take_events(shotL_check_display(L, 1), &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* The number of layout changes that the server has reported. */
static int display_changes(lua_State *L)
{
	lua_pushinteger(L, shotL_check_display(L, 1)->source->changes);
	return 1;
}

static int display_tostring(lua_State *L)
{
	struct shotL_display *handle = luaL_checkudata(L, 1, SHOTL_DISPLAY);
	if (!handle->grabber) {
		lua_pushliteral(L, "display (closed)");
		return 1;
	}
	struct shot_stats stats = shot_grabber_stats(handle->grabber);
	struct shot_rect root = handle->grabber->source->layout.root;
	lua_pushfstring(L, "display (%dx%d, %s, %d of at most %d slots held)", root.width,
		root.height, stats.path, (int)stats.held, (int)handle->grabber->pool.slots_cap);
	return 1;
}

void shotL_open_display(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"changes", display_changes},
		{"close", display_close},
		{"fd", display_fd},
		{"frames", shotL_display_frames},
		{"grab", shotL_display_grab},
		{"grab_many", shotL_display_grab_many},
		{"monitors", display_monitors},
		{"pace", shotL_display_pace},
		{"poll", display_poll},
		{"publish", shotL_display_publish},
		{"reconnect", shotL_display_reconnect},
		{"size", display_size},
		{"stats", display_stats},
		{"tick", shotL_display_tick},
		{"trim", display_trim},
		{"watch", shotL_display_watch},
		{"windows", shotL_display_windows},
		{NULL, NULL},
	};
	static const luaL_Reg metamethods[] = {
		{"__close", display_close},
		{"__gc", display_close},
		{"__tostring", display_tostring},
		{NULL, NULL},
	};
	luaL_newmetatable(L, SHOTL_DISPLAY);
	luaL_setfuncs(L, metamethods, 0);
	shotL_push_methods(L, "a display", methods);
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, "__index");
	lua_setfield(L, -3, "display"); /* for the methods written in Lua */
	shotL_set_boolean(L, "__metatable", false);
	lua_pop(L, 1);
	shotL_open_received(L);
	lua_pushcfunction(L, shotL_open);
	lua_setfield(L, -2, "open");
}
