/* A capture in progress in Lua, shared by grab, grab_many and frames. It lives in a userdata, so
 * that it survives a yield, and so that the request is given up when the userdata is collected or
 * closed. */
#ifndef SHOT_LUA_PENDING_H
#define SHOT_LUA_PENDING_H

#include <lua.h>

#include "capture/request.h"

struct shotL_pending {
	struct shot_request *request; /* in flight, else NULL */
	/* The query that resolves targets given by title, class or "active"; else NULL. */
	struct shot_windows *windows;
	bool is_looking; /* the query is running */
	bool has_wanted; /* some target needs the query */
	bool wants_list; /* some target needs more than the active window */
	/* The buffers at the moment of sending, NULL when they are gone; itself NULL for the
	 * display's slots. */
	struct shot_buffer_source *(*buffers)(lua_State *L, struct shot_error *err);
	double patience; /* seconds; for the message */
	int64_t deadline;
	bool has_collected;
	bool is_finalized; /* the collector will not cancel it again */
	bool is_reusable;  /* its caller never yielded, so that no finalizer can be due */
	bool is_kept;	   /* the first of the frames waits here, with its reference */
	unsigned count;
	struct shot_frame *frames;   /* `count`, filled at the end of the capture */
	struct shot_target *targets; /* `count`, the caller's to fill */
};

/* Push one for `count` targets. A waiting caller marks its place on the stack by lua_toclose, so
 * that the request is given up together with the coroutine. */
struct shotL_pending *shotL_new_pending(lua_State *L, unsigned count);

/* The same for one target on the display at stack index `display`. When a pending that is_reusable
 * is closed, and no target needed the query, the display keeps it for the next time, which saves an
 * allocation, and work of the collector. */
struct shotL_pending *shotL_reuse_pending(lua_State *L, int display);

/* Set target `i` of the pending at stack index `at` from argument `what` and the options table at
 * `options` (nil or none allowed); `cursor` is the default for its option of that name.
 */
void shotL_pending_aim(lua_State *L, int at, unsigned i, int what, int options, bool cursor);

/* Whether it is in progress, so that the caller must look. */
bool shotL_pending_is_under_way(const struct shotL_pending *pending);

/* The time until which to wait for the display's descriptor before the next look. */
int64_t shotL_pending_until(const struct shotL_pending *pending);

/* Send the request of the pending at stack index `at` on the display at stack index `display`. If
 * no slot is free, run a collection first. The deadline is `patience` from now. False with `err`.
 */
bool shotL_pending_begin(lua_State *L, int at, int display, struct shot_error *err);

/* As shotL_pending_begin, without a collection. */
bool shotL_pending_try(lua_State *L, int at, int display, struct shot_error *err);

/* Poll it; while it waits, it waits for the display's descriptor. Done: the frames are there, with
 * a reference each. `in_time` is false after the deadline: then waiting becomes the failure
 * ETIMEDOUT. */
enum shot_poll shotL_pending_look(
	lua_State *L, int at, int display, bool in_time, struct shot_error *err);

/* Give up the request in flight and the kept frame, if there are such. */
void shotL_pending_cancel(struct shotL_pending *pending);

/* Register the type. */
void shotL_open_pending(lua_State *L);

#endif
