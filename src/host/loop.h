/* The event loop under luv. It is made when luv is first required, so that a script that never
 * waits does not pay for it. */
#ifndef SHOT_HOST_LOOP_H
#define SHOT_HOST_LOOP_H

#include <lua.h>

/* What package.preload.luv is. luv runs callbacks under the host's policy: an error is handed with
 * its traceback to the function that shot_loop_on_error took, and the loop goes on. */
int shot_loop_open_luv(lua_State *L);

/* Pop a function(text) that reports the error of a callback; it must not raise. */
void shot_loop_on_error(lua_State *L);

/* Free the loop, if there is one; after lua_close. */
void shot_loop_finish(void);

#endif
