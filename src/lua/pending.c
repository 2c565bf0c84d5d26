#include "lua/pending.h"

#include <lauxlib.h>
#include <stdalign.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/display.h"
#include "lua/target.h"
#include "lua/type.h"
#include "lua/window.h"

#define TYPE "luashot.pending"

/* Its user values: the wanted windows of its targets; the display that keeps it for reuse. */
enum { WANTED = 1, KEEPER };

struct shotL_pending *shotL_new_pending(lua_State *L, unsigned count)
{
	size_t each = sizeof(struct shot_frame) + sizeof(struct shot_target);
	_Static_assert(alignof(struct shot_target) <= alignof(struct shot_frame) &&
			       alignof(struct shot_frame) <= alignof(struct shotL_pending),
		"the arrays follow each other");
	struct shotL_pending *pending =
		lua_newuserdatauv(L, sizeof(struct shotL_pending) + count * each, KEEPER);
	*pending = (struct shotL_pending){.count = count};
	pending->frames = (struct shot_frame *)(pending + 1);
	pending->targets = (struct shot_target *)(pending->frames + count);
	luaL_setmetatable(L, TYPE);
	return pending;
}

struct shotL_pending *shotL_reuse_pending(lua_State *L, int display)
{
	lua_getiuservalue(L, display, SHOTL_DISPLAY_SPARE);
	struct shotL_pending *pending = lua_touserdata(L, -1);
	if (pending && !pending->is_finalized) {
		lua_pushnil(L);
		lua_setiuservalue(L, display, SHOTL_DISPLAY_SPARE);
	} else {
		lua_pop(L, 1);
		pending = shotL_new_pending(L, 1);
		lua_pushvalue(L, display);
		lua_setiuservalue(L, -2, KEEPER);
	}
	return pending;
}

/* Runs the collector to find forgotten frames. False inside a finalizer, where it cannot run. */
static bool collect(lua_State *L, int display)
{
	if (lua_gc(L, LUA_GCCOLLECT) < 0) {
		return false;
	}
	shotL_same_display(L, display)->collections++; /* a finalizer may have closed it */
	return true;
}

void shotL_pending_aim(lua_State *L, int at, unsigned i, int what, int options, bool cursor)
{
	struct shotL_pending *pending = lua_touserdata(L, at);
	struct shot_target target = shotL_check_target(L, what);
	shotL_target_options(L, options, cursor, &target);
	pending->targets[i] = target;
	if (target.kind != SHOT_TARGET_WINDOW || target.window) {
		return;
	}
	if (lua_getiuservalue(L, at, WANTED) != LUA_TTABLE) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_setiuservalue(L, at, WANTED);
	}
	shotL_push_wanted(L, what);
	pending->has_wanted = true;
	pending->wants_list |= shotL_wants_list(L);
	lua_rawseti(L, -2, (lua_Integer)i + 1);
	lua_pop(L, 1);
}

bool shotL_pending_is_under_way(const struct shotL_pending *pending)
{
	return pending->request || pending->is_looking;
}

int64_t shotL_pending_until(const struct shotL_pending *pending)
{
	int64_t wake = pending->request ? shot_request_wake(pending->request) : SHOT_FOREVER;
	return wake < pending->deadline ? wake : pending->deadline;
}

static bool send(lua_State *L, struct shotL_pending *pending, int display, struct shot_error *err)
{
	struct shot_grabber *grabber = shotL_same_display(L, display);
	struct shot_buffer_source *buffers =
		pending->buffers ? pending->buffers(L, err) : &grabber->pool.buffers;
	pending->request = buffers ? shot_request_begin(grabber, pending->targets, pending->count,
					     buffers, err)
				   : NULL;
	return pending->request;
}

static void forget_windows(struct shotL_pending *pending)
{
	struct shot_windows *windows = pending->windows;
	pending->windows = NULL;
	if (windows) {
		windows->kind->destroy_windows(windows);
	}
}

/* Searches the windows without an id; if there are none, sends at once. */
static bool start(lua_State *L, struct shotL_pending *pending, int display, struct shot_error *err)
{
	if (!pending->has_wanted) {
		return send(L, pending, display, err);
	}
	struct shot_grabber *grabber = shotL_same_display(L, display);
	forget_windows(pending);
	pending->windows = shot_windows_query(grabber->source, pending->wants_list, err);
	pending->is_looking = pending->windows;
	return pending->is_looking;
}

/* After a failure: sends again, if a slot was missing and the collector may find one. */
static bool retry(lua_State *L, struct shotL_pending *pending, int display, struct shot_error *err)
{
	if (pending->has_collected || err->want == SHOT_WANT_NOTHING) {
		return false;
	}
	pending->has_collected = true;
	/* A collection may close the writer of `buffers`, so none runs when there is a writer.
	 */
	return (pending->buffers || collect(L, display)) && send(L, pending, display, err);
}

bool shotL_pending_try(lua_State *L, int at, int display, struct shot_error *err)
{
	struct shotL_pending *pending = lua_touserdata(L, at);
	pending->deadline = shot_deadline_in(pending->patience);
	pending->has_collected = false;
	return pending->is_finalized ? shotL_fill_finalized(err) : start(L, pending, display, err);
}

bool shotL_pending_begin(lua_State *L, int at, int display, struct shot_error *err)
{
	return shotL_pending_try(L, at, display, err) ||
	       retry(L, lua_touserdata(L, at), display, err);
}

/* Runs when the list has arrived: gives the targets the ids of their windows. */
static bool find_windows(lua_State *L, int at, struct shot_error *err)
{
	struct shotL_pending *pending = lua_touserdata(L, at);
	bool found = true;
	lua_getiuservalue(L, at, WANTED);
	for (unsigned i = 0; found && i < pending->count; i++) {
		if (lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TNIL) {
			lua_pop(L, 1);
			continue;
		}
		pending->targets[i].window = shotL_find_window(L, pending->windows, err);
		found = pending->targets[i].window;
	}
	lua_pop(L, 1);
	forget_windows(pending);
	return found;
}

/* Polls the query, then the request, as shotL_pending_look. */
static enum shot_poll look_for_windows(lua_State *L, int at, int display, struct shot_error *err)
{
	struct shotL_pending *pending = lua_touserdata(L, at);
	enum shot_poll outcome = pending->windows->kind->poll_windows(pending->windows, err);
	if (outcome == SHOT_POLL_WAITING) {
		return SHOT_POLL_WAITING;
	}
	pending->is_looking = false;
	if (outcome == SHOT_POLL_FAILED || !find_windows(L, at, err)) {
		return SHOT_POLL_FAILED;
	}
	return send(L, pending, display, err) || retry(L, pending, display, err) ? SHOT_POLL_WAITING
										 : SHOT_POLL_FAILED;
}

static enum shot_poll look_at_request(lua_State *L, int at, int display, struct shot_error *err)
{
	struct shotL_pending *pending = lua_touserdata(L, at);
	struct shot_request *request = pending->request;
	if (!request) {
		shotL_fill_finalized(err);
		return SHOT_POLL_FAILED;
	}
	pending->request = NULL;
	enum shot_poll outcome = shot_request_poll(request, pending->frames, err);
	if (outcome == SHOT_POLL_WAITING) {
		pending->request = request;
	}
	return outcome == SHOT_POLL_FAILED && retry(L, pending, display, err) ? SHOT_POLL_WAITING
									      : outcome;
}

enum shot_poll shotL_pending_look(
	lua_State *L, int at, int display, bool in_time, struct shot_error *err)
{
	struct shotL_pending *pending = lua_touserdata(L, at);
	enum shot_poll outcome = pending->is_looking ? look_for_windows(L, at, display, err)
						     : look_at_request(L, at, display, err);
	if (outcome == SHOT_POLL_WAITING && !in_time && pending->deadline <= shot_clock_ns()) {
		shotL_pending_cancel(pending);
		shot_fail(err, "ETIMEDOUT",
			"no pixels from %s within %g s (is it stopped, or grabbed by another "
			"client?)",
			shotL_display_server(L, display), pending->patience);
		return SHOT_POLL_FAILED;
	}
	return outcome;
}

void shotL_pending_cancel(struct shotL_pending *pending)
{
	struct shot_request *request = pending->request;
	pending->request = NULL;
	shot_request_cancel(request);
	if (pending->is_kept) {
		pending->is_kept = false;
		shot_view_unref(&pending->frames[0].view);
	}
	pending->is_looking = false;
	forget_windows(pending);
}

static int pending_collect(lua_State *L)
{
	struct shotL_pending *pending = shotL_check_self(L, TYPE);
	pending->is_finalized = true;
	shotL_pending_cancel(pending);
	return 0;
}

static int pending_close(lua_State *L)
{
	struct shotL_pending *pending = shotL_check_self(L, TYPE);
	bool is_reusable = pending->is_reusable && !pending->has_wanted;
	pending->is_reusable = false;
	shotL_pending_cancel(pending);
	if (is_reusable && lua_getiuservalue(L, 1, KEEPER) == LUA_TUSERDATA) {
		lua_pushvalue(L, 1);
		lua_setiuservalue(L, -2, SHOTL_DISPLAY_SPARE);
	}
	return 0;
}

void shotL_open_pending(lua_State *L)
{
	const luaL_Reg metamethods[] = {
		{"__close", pending_close}, {"__gc", pending_collect}, {NULL, NULL}};
	shotL_new_type(L, TYPE, metamethods, NULL, NULL);
}
