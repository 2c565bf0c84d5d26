/* A capture under way in Lua: what grab, grab_many and frames share. It lives in a userdata, so
 * that it survives a yield, and the request in it is given up when the userdata is collected or
 * closed. */
#ifndef SHOT_LUA_PENDING_H
#define SHOT_LUA_PENDING_H

#include <lua.h>

#include "capture/request.h"

struct shotL_pending {
	struct shot_request *request; /* in flight, else NULL */
	/* The query that comes first where targets are given by title, class or "active"; else
	 * NULL. */
	struct shot_windows *windows;
	bool is_looking;		    /* it is under way */
	bool has_wanted;		    /* some target needs it */
	bool wants_list;		    /* the active window alone is not enough */
	struct shot_buffer_source *buffers; /* NULL: the display's slots */
	double patience;		    /* seconds; for the message */
	int64_t deadline;
	bool has_collected;
	bool is_kept; /* the first of the frames waits here, with its reference */
	unsigned count;
	struct shot_frame *frames;   /* `count`, filled when the capture is in */
	struct shot_target *targets; /* `count`, the caller's to fill */
};

/* Push one for `count` targets. Who waits for it marks its place on the stack by lua_toclose, so
 * that it is given up with the coroutine that waits. */
struct shotL_pending *shotL_new_pending(lua_State *L, unsigned count);

/* Aim target `i` of the pending at stack index `at`: at what argument `what` says, how the options
 * table at `options` (may be nil or none) does, the pointer drawn as `cursor` says unless they do.
 */
void shotL_pending_aim(lua_State *L, int at, unsigned i, int what, int options, bool cursor);

/* Whether it is waiting for the server: look. */
bool shotL_pending_is_under_way(const struct shotL_pending *pending);

/* Until when to wait for the display's descriptor before the next look. */
int64_t shotL_pending_until(const struct shotL_pending *pending);

/* Send the request of the pending at stack index `at` on the display at stack index `display`,
 * after a collection if there is no slot without; the deadline is `patience` from now. False with
 * `err`.
 */
bool shotL_pending_begin(lua_State *L, int at, int display, struct shot_error *err);

/* The same without a collection. */
bool shotL_pending_try(lua_State *L, int at, int display, struct shot_error *err);

/* See how it is doing; it waits for the display's descriptor. Done: the frames are there, with a
 * reference each. `in_time`: false, when the deadline has passed, makes waiting a failure,
 * ETIMEDOUT. */
enum shot_poll shotL_pending_look(
	lua_State *L, int at, int display, bool in_time, struct shot_error *err);

/* Give up the request, if one is in flight, and the frame that is kept, if one is. */
void shotL_pending_cancel(struct shotL_pending *pending);

/* Register the type. */
void shotL_open_pending(lua_State *L);

#endif
