/* Waits that can be interrupted: a blocking call of the binding also waits for the host's wake
 * descriptor, and lets a pending debug hook (by which Ctrl-C reaches Lua) raise. */
#ifndef SHOT_LUA_WAIT_H
#define SHOT_LUA_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

/* Set the descriptor (an eventfd) whose readability ends a wait early, so that an interrupt between
 * the check and the wait is not missed. -1 for none. It stays the caller's. */
void shotL_set_wake_fd(lua_State *L, int fd);

/* Install the waiter for callers that can yield: the function below the top of the stack. It is
 * called with a descriptor, the seconds of this wait, and the seconds of the whole call. It returns
 * true if the descriptor became readable in time, false on timeout, nil to block instead; it may
 * yield. nil there uninstalls it.
 *
 * On top is a function that returns for how many milliseconds the others, who run while the waiter
 * waits, have nothing to do: 0 if they have, -1 until `others` is readable, a descriptor of the
 * event loop's. nil and -1: nobody knows. Both are popped. */
void shotL_set_waiter(lua_State *L, int others);

/* A deadline as the context of a continuation, whose 32 bits on some machines are too few for it:
 * there it is folded (base/clock.h). */
lua_KContext shotL_keep_deadline(int64_t deadline);
int64_t shotL_kept_deadline(lua_KContext context);

/* Wait until `fd` is readable or an interrupt was handled: true, look again. False: the deadline
 * has passed. Through the waiter, if there is one, the call may yield: it then continues in `k`,
 * where shotL_waited returns this function's result. Raises the error of a debug hook that was set
 * meanwhile, so userdata must own all resources by now. */
bool shotL_waitk(lua_State *L, int fd, int64_t deadline, lua_KContext context, lua_KFunction k);
bool shotL_waited(lua_State *L);

/* As shotL_waitk, for a caller that looks again at `moment`, and waits until `deadline` in all. */
bool shotL_wait_slicek(lua_State *L, int fd, int64_t moment, int64_t deadline, lua_KContext context,
	lua_KFunction k);

/* As shotL_waitk, for an answer that is on its way. It first waits without the waiter, because a
 * turn of the host's loop costs more than a small capture: until the others have something to do,
 * and then for 0.1 ms more; for 5 ms at most. Such waits in a row, from the first to the beginning
 * of the last, take at most 2 ms; the next one gives others their turn. */
bool shotL_wait_answerk(
	lua_State *L, int fd, int64_t deadline, lua_KContext context, lua_KFunction k);

/* As shotL_waitk, for callers without a continuation: it never yields. */
bool shotL_wait(lua_State *L, int fd, int64_t deadline);

/* Run a debug hook that a signal handler has set. */
void shotL_check_interrupt(lua_State *L);

#endif
