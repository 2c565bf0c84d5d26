/* The event loop of luv. It is made when luv is first required, so that a script that never waits
 * does not pay for it. */
#ifndef SHOT_HOST_LOOP_H
#define SHOT_HOST_LOOP_H

#include <lua.h>

/* The function package.preload.luv. luv runs callbacks under the host's policy: the function of
 * shot_loop_on_error receives an error with its traceback, and the loop continues. */
int shot_loop_open_luv(lua_State *L);

/* Pop a function(text) that reports errors of callbacks; it must not raise. */
void shot_loop_on_error(lua_State *L);

/* Push a function that returns for how many milliseconds the loop has nothing to do: 0 if it has,
 * -1 until a descriptor is ready. Timers that do not keep the loop running do not count while
 * nothing else does. */
void shot_loop_push_rest(lua_State *L);

/* Free the loop, if there is one; after lua_close. */
void shot_loop_finish(void);

#endif
