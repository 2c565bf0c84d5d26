#include "lua/pending.h"

#include <lauxlib.h>
#include <stdalign.h>

#include "base/clock.h"
#include "lua/display.h"

#define TYPE "luashot.pending"

struct shotL_pending *shotL_new_pending(lua_State *L, unsigned count)
{
	size_t each = sizeof(struct shot_frame) + sizeof(struct shot_target);
	_Static_assert(alignof(struct shot_target) <= alignof(struct shot_frame) &&
			       alignof(struct shot_frame) <= alignof(struct shotL_pending),
		"the arrays lie one behind the other");
	struct shotL_pending *pending =
		lua_newuserdatauv(L, sizeof(struct shotL_pending) + count * each, 0);
	*pending = (struct shotL_pending){.count = count};
	pending->frames = (struct shot_frame *)(pending + 1);
	pending->targets = (struct shot_target *)(pending->frames + count);
	luaL_setmetatable(L, TYPE);
	return pending;
}

/* Let the collector find forgotten frames. False inside a finalizer, where it cannot run. */
static bool collect(lua_State *L, int display)
{
	if (lua_gc(L, LUA_GCCOLLECT) < 0) {
		return false;
	}
	shotL_check_display(L, display)->collections++; /* a finalizer may have closed it */
	return true;
}

static bool send(lua_State *L, struct shotL_pending *pending, int display, struct shot_error *err)
{
	struct shot_grabber *grabber = shotL_check_display(L, display);
	struct shot_supply *supply = pending->supply ? pending->supply : &grabber->pool.supply;
	pending->request =
		shot_request_begin(grabber, pending->targets, pending->count, supply, err);
	return pending->request;
}

/* After a failure: send again, where it was for want of a slot and the collector may find one. */
static bool retry(lua_State *L, struct shotL_pending *pending, int display, struct shot_error *err)
{
	if (pending->has_collected || !shotL_check_display(L, display)->is_starved) {
		return false;
	}
	pending->has_collected = true;
	/* A collection may close the writer that a supply belongs to, so that none is run for one.
	 */
	return (pending->supply || collect(L, display)) && send(L, pending, display, err);
}

bool shotL_pending_try(
	lua_State *L, struct shotL_pending *pending, int display, struct shot_error *err)
{
	pending->deadline = shot_deadline_in(pending->patience);
	pending->has_collected = false;
	return send(L, pending, display, err);
}

bool shotL_pending_begin(
	lua_State *L, struct shotL_pending *pending, int display, struct shot_error *err)
{
	return shotL_pending_try(L, pending, display, err) || retry(L, pending, display, err);
}

int shotL_pending_look(lua_State *L, struct shotL_pending *pending, int display, bool in_time,
	struct shot_error *err)
{
	struct shot_request *request = pending->request;
	pending->request = NULL;
	int done = shot_request_poll(request, pending->frames, err);
	if (done > 0) {
		return 1;
	}
	if (done < 0) {
		return retry(L, pending, display, err) ? 0 : -1;
	}
	if (!in_time) {
		shot_request_cancel(request);
		shot_fail(err, "ETIMEDOUT",
			"no pixels from the X server within %g s (is it stopped, or grabbed by "
			"another client?)",
			pending->patience);
		return -1;
	}
	pending->request = request;
	return 0;
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
}

static int pending_finish(lua_State *L)
{
	shotL_pending_cancel(luaL_checkudata(L, 1, TYPE));
	return 0;
}

void shotL_open_pending(lua_State *L)
{
	luaL_newmetatable(L, TYPE);
	lua_pushcfunction(L, pending_finish);
	lua_setfield(L, -2, "__gc");
	lua_pop(L, 1);
}
