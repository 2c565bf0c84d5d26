#include "lua/ring_wait.h"

#include <lauxlib.h>
#include <string.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/ring_pin.h"
#include "lua/wait.h"

#define SLICE_NS INT64_C(250000000) /* the longest delay of an interrupt */
#define PAUSE_NS INT64_C(2000000)   /* between two attempts of a job without a descriptor */

/* The deadline of the next attempt. In a job it is already past, so that other jobs run during
 * waits. */
static int64_t slice(lua_State *L, int64_t deadline)
{
	if (lua_isyieldable(L)) {
		return 0;
	}
	int64_t end = shot_clock_ns() + SLICE_NS;
	return deadline < end ? deadline : end;
}

/* Runs when an attempt has failed with `err`. False: that is the end. Otherwise it handles an
 * interrupt and, in a job, waits for `fd` until `until` at most, or a moment when `fd` is -1. */
static bool again(lua_State *L, const struct shot_error *err, int fd, int64_t deadline,
	int64_t until, const struct shotL_ring_call *call)
{
	bool interrupted = shot_error_is(err, SHOT_EINTR);
	if (!interrupted && !shot_error_is(err, call->patience)) {
		return false;
	}
	int64_t now = shot_clock_ns();
	if (now >= deadline) {
		return interrupted;
	}
	if (!interrupted && lua_isyieldable(L)) {
		int64_t moment = fd < 0 ? now + PAUSE_NS : until;
		shotL_wait_slicek(L, fd, moment < deadline ? moment : deadline, deadline,
			shotL_keep_deadline(deadline), call->go_on);
	} else {
		shotL_check_interrupt(L);
	}
	return true;
}

bool shotL_ring_collect(lua_State *L, struct shotL_ring_side *side, uint64_t read)
{
	int64_t now = shot_clock_ns();
	if (side->collected_at && side->collected_read == read &&
		now - side->collected_at < SLICE_NS) {
		return false;
	}
	if (lua_gc(L, LUA_GCCOUNT) < 0) { /* inside a finalizer; an item could not get its own */
		return false;
	}
	side->collected_read = read;
	side->collected_at = now;
	shotL_push_pin(L);
	shotL_unpin_item(L, lua_gettop(L));
	lua_pop(L, 1);
	return lua_gc(L, LUA_GCCOLLECT) >= 0;
}

static int fail_closed(lua_State *L, const char *side)
{
	struct shot_error err;
	shot_fail(&err, "ECLOSED", "the %s was closed while a call waited in it", side);
	return shotL_fail(L, &err);
}

int shotL_ring_wait(
	lua_State *L, int status, lua_KContext context, const struct shotL_ring_call *call)
{
	int64_t deadline = shotL_kept_deadline(context);
	struct shot_error err;
	int64_t until;
	int fd = -1;
	if (status == LUA_YIELD) {
		shotL_waited(L); /* takes its answer off the stack */
	}
	do {
		void *side;
		memcpy(&side, lua_touserdata(L, 1), sizeof side);
		if (!side) {
			return fail_closed(L, call->side);
		}
		if (call->descriptor && lua_isyieldable(L)) {
			fd = call->descriptor(side, &err);
			if (fd < 0) {
				return shotL_fail(L, &err);
			}
		}
		uint64_t read;
		if (call->attempt(L, side, slice(L, deadline), &err)) {
			return 1;
		}
		bool waits = call->held && shot_error_is(&err, call->patience);
		enum zb_held held = waits ? call->held(side, &read) : ZB_HELD_NONE;
		if (held == ZB_HELD_LONGER && shotL_ring_collect(L, lua_touserdata(L, 1), read)) {
			if (!*(void **)lua_touserdata(L, 1)) {
				return fail_closed(L, call->side);
			}
			if (call->attempt(L, *(void **)lua_touserdata(L, 1), 0, &err)) {
				return 1;
			}
		}
		until = held ? shot_clock_ns() + SLICE_NS : SHOT_FOREVER;
	} while (again(L, &err, fd, deadline, until, call));
	if (call->is_question && shot_error_is(&err, call->patience)) {
		lua_pushboolean(L, false);
		return 1;
	}
	return shotL_fail(L, &err);
}
