/* Waiting without going deaf: a blocking call of the binding also waits for the host's wake
 * descriptor, and gives a pending debug hook (which is how Ctrl-C arrives in Lua) the chance to
 * raise. */
#ifndef SHOT_LUA_WAIT_H
#define SHOT_LUA_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

/* The descriptor (an eventfd) whose readability ends a wait early, so that an interrupt that comes
 * between the check and the wait is not slept through. -1 for none. It stays the caller's. */
void shotL_set_wake_fd(lua_State *L, int fd);

/* Let another way of waiting take over where the caller can yield: the function on top of the stack
 * (popped), called with a descriptor, the seconds left, and the seconds that the caller would wait
 * in all. It returns whether the descriptor became readable before the first were over, and may
 * yield meanwhile; nil asks for the blocking wait. nil takes it out again. */
void shotL_set_waiter(lua_State *L);

/* Wait until `fd` is readable or an interrupt has been looked into: true, look again. False: the
 * deadline has passed. Through the waiter, if there is one, the call may yield: it goes on in `k`
 * then, where shotL_waited tells what this would have returned. Raises what a debug hook that was
 * set meanwhile raises, so everything that must not leak is owned by a userdata by now. */
bool shotL_waitk(lua_State *L, int fd, int64_t deadline, lua_KContext context, lua_KFunction k);
bool shotL_waited(lua_State *L);

/* The same for a caller that looks again at `moment`, and would wait until `deadline` in all. */
bool shotL_lookk(lua_State *L, int fd, int64_t moment, int64_t deadline, lua_KContext context,
	lua_KFunction k);

/* The same for who cannot go on elsewhere: the call never yields. */
bool shotL_wait(lua_State *L, int fd, int64_t deadline);

/* Let a debug hook that a signal handler has set run now. */
void shotL_check_interrupt(lua_State *L);

#endif
