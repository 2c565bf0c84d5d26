#include "lua/publish.h"

#include <lauxlib.h>

#include "base/clock.h"
#include "capture/request_list.h"
#include "lua/args.h"
#include "lua/display.h"
#include "lua/pending.h"
#include "lua/ring_writer.h"
#include "lua/target.h"
#include "lua/type.h"
#include "lua/wait.h"
#include "output/publisher.h"

#define TYPE "luashot.publisher"
#define MOMENT (2 * SHOT_NS_PER_S / 1000) /* between two checks for room in a full ring */

/* The stack, also across a yield. */
enum { DISPLAY = 1, WRITER, WHAT, OPTIONS, BOND, PENDING };

struct bond {
	struct shot_publisher
		*publisher; /* NULL after the writer is closed, or for the reason in `over` */
	struct shot_error over;
};

static int bond_close(lua_State *L)
{
	struct bond *bond = luaL_checkudata(L, 1, TYPE);
	struct shot_publisher *publisher = bond->publisher;
	bond->publisher = NULL;
	shot_publisher_destroy(publisher);
	if (publisher) {
		shot_fail(&bond->over, "ECLOSED", "the writer is closed");
	}
	return 0;
}

/* False, and destroys the publisher, when its display was closed or reconnected. */
static bool check_bond(struct bond *bond)
{
	if (bond->publisher && shot_publisher_has_parted(bond->publisher)) {
		shot_publisher_destroy(bond->publisher);
		bond->publisher = NULL;
		shot_fail(&bond->over, "ELOST", "the connection to the display server was lost");
	}
	return bond->publisher;
}

/* Pushes the bond of display and writer, made on first use; false with `err`. */
static bool push_bond(lua_State *L, struct shot_error *err)
{
	shotL_push_ring_bonds(L, WRITER);
	lua_pushvalue(L, DISPLAY);
	lua_rawget(L, BOND);
	struct bond *bond = luaL_testudata(L, -1, TYPE);
	if (!bond || !check_bond(bond)) {
		lua_pop(L, 1);
		lua_pushvalue(L, DISPLAY);
		bond = lua_newuserdatauv(L, sizeof *bond, 0);
		*bond = (struct bond){0};
		luaL_setmetatable(L, TYPE);
		lua_pushvalue(L, -1);
		lua_insert(L, BOND + 1);
		lua_rawset(L, BOND);
		bond->publisher = shot_publisher_create(
			shotL_check_display(L, DISPLAY), shotL_check_ring_writer(L, WRITER), err);
	}
	lua_replace(L, BOND);
	return bond->publisher;
}

static bool is_full(const struct shot_error *err)
{
	return err->want == SHOT_WANT_ROOM;
}

static bool is_busy(const struct shot_error *err)
{
	return shot_error_is(err, SHOT_EBUSY);
}

/* Lets the server detach a ring that has ended. */
static int fail(lua_State *L, struct bond *bond, const struct shot_error *err)
{
	bool is_over = shot_error_is(err, SHOT_EREADERDEAD) || shot_error_is(err, SHOT_ECORRUPT);
	if (is_over) {
		shot_publisher_destroy(bond->publisher);
		bond->publisher = NULL;
		bond->over = *err; /* for other jobs that are publishing to it */
	}
	if (is_full(err) || is_busy(err)) {
		shotL_check_display(L, DISPLAY)->dropped++;
	}
	return shotL_fail(L, err);
}

static int finish(lua_State *L, const struct bond *bond, uint64_t sequence)
{
	lua_pushinteger(L, (lua_Integer)sequence);
	lua_pushstring(L, shot_publisher_reason(bond->publisher));
	return 2;
}

/* A finalizer may have closed the writer since the request was begun. */
static struct shot_buffer_source *buffers(lua_State *L, struct shot_error *err)
{
	struct bond *bond = lua_touserdata(L, BOND);
	if (!check_bond(bond)) {
		*err = bond->over;
		return NULL;
	}
	return shot_publisher_buffers(bond->publisher);
}

/* Sends the request. The collector may find a slot, but not room in a ring. */
static bool begin(lua_State *L, const struct bond *bond, struct shot_error *err)
{
	bool in_slots = shot_publisher_reason(bond->publisher);
	return (in_slots ? shotL_pending_begin : shotL_pending_try)(L, PENDING, DISPLAY, err);
}

/* Whether waiting may help: the reader may read, or the server may answer abandoned requests. */
static bool may_pass(lua_State *L, const struct shot_error *err)
{
	return is_full(err) ||
	       (is_busy(err) && shot_request_count(shotL_check_display(L, DISPLAY)) > 0);
}

/* Runs the collector to find forgotten frames, before failing without a slot. Afterwards any handle
 * may be closed. */
static bool collect(lua_State *L, const struct bond *bond, const struct shot_error *err)
{
	struct shot_grabber *grabber = shotL_check_display(L, DISPLAY);
	if (!is_busy(err) || err->want != SHOT_WANT_SLOT ||
		!shot_publisher_reason(bond->publisher)) {
		return false;
	}
	grabber->collections++;
	return lua_gc(L, LUA_GCCOLLECT) >= 0; /* not inside a finalizer */
}

/* Makes one of three steps: sends the request, polls it, puts its frame into the ring.
 */
static enum shot_poll step(lua_State *L, const struct bond *bond, struct shotL_pending *pending,
	bool in_time, uint64_t *sequence, struct shot_error *err)
{
	if (!pending->is_kept) {
		if (!shotL_pending_is_under_way(pending)) {
			return begin(L, bond, err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
		}
		enum shot_poll outcome = shotL_pending_look(L, PENDING, DISPLAY, in_time, err);
		if (outcome != SHOT_POLL_DONE) {
			return outcome;
		}
		pending->is_kept = true;
	}
	return shot_publisher_commit(bond->publisher, &pending->frames[0], sequence, err)
		       ? SHOT_POLL_DONE
		       : SHOT_POLL_FAILED;
}

/* The context is the deadline for room in the ring, 0 to drop the frame at once. */
static int go_on(lua_State *L, int status, lua_KContext context)
{
	struct bond *bond = lua_touserdata(L, BOND);
	struct shotL_pending *pending = lua_touserdata(L, PENDING);
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	bool has_collected = false;
	int64_t deadline = shotL_kept_deadline(context);
	for (;;) {
		struct shot_error err;
		uint64_t sequence;
		shotL_check_ring_writer(L, WRITER);
		if (!check_bond(bond)) {
			shotL_pending_cancel(pending);
			return shotL_fail(L, &bond->over);
		}
		enum shot_poll outcome = step(L, bond, pending, in_time, &sequence, &err);
		if (outcome == SHOT_POLL_DONE) {
			shotL_pending_cancel(pending);
			return finish(L, bond, sequence);
		}
		if (outcome == SHOT_POLL_FAILED && is_full(&err) &&
			shotL_collect_for_writer(L, WRITER)) {
			continue;
		}
		if (outcome == SHOT_POLL_FAILED &&
			!(may_pass(L, &err) && shot_clock_ns() < deadline)) {
			shotL_pending_cancel(pending);
			if (has_collected || !collect(L, bond, &err)) {
				return fail(L, bond, &err);
			}
			has_collected = true;
			continue;
		}
		if (shotL_pending_is_under_way(pending)) {
			in_time = shotL_display_waitk(
				L, DISPLAY, shotL_pending_until(pending), context, go_on);
		} else {
			shotL_waitk(L, -1, shot_clock_ns() + MOMENT, context, go_on);
		}
	}
}

int shotL_display_publish(lua_State *L)
{
	static const char *const names[] = {"clip", "cursor", "timeout", "full", NULL};
	static const char *const fulls[] = {"drop", "wait", NULL};
	bool cursor = shotL_check_display(L, DISPLAY)->cursor;
	shotL_check_ring_writer(L, WRITER);
	shotL_check_target(L, WHAT); /* before anything is connected */
	shotL_check_options(L, OPTIONS, names);
	lua_settop(L, OPTIONS);
	double patience =
		shotL_field_duration(L, OPTIONS, "timeout", shotL_display_patience(L, DISPLAY));
	bool waits = shotL_field_choice(L, OPTIONS, "full", 1, fulls) == 1;
	struct shot_error err;
	if (!push_bond(L, &err)) {
		return shotL_fail(L, &err);
	}
	struct shotL_pending *pending = shotL_new_pending(L, 1);
	lua_toclose(L, PENDING);
	pending->patience = patience;
	shotL_pending_aim(L, PENDING, 0, WHAT, OPTIONS, cursor);
	pending->buffers = buffers;
	return go_on(L, LUA_OK, shotL_keep_deadline(waits ? shot_deadline_in(patience) : 0));
}

void shotL_open_publish(lua_State *L)
{
	shotL_new_owner_type(L, TYPE, bond_close);
}
