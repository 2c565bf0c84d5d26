/* coroutine.resume, wrap and close as the host needs them: they say which coroutine runs, so that
 * Ctrl-C reaches it; they do not swallow an interrupt; and a job that waits inside coroutines of
 * the script's own parks through all of them: its yield goes up to the scheduler, and the wake-up
 * comes down again, unseen by the script; so does the end of a job's time slice. Everything else is
 * as in the manual. */
#ifndef SHOT_HOST_COROUTINE_H
#define SHOT_HOST_COROUTINE_H

#include <lua.h>

/* Put them into the global table `coroutine`. */
void shot_coroutine_install(lua_State *L);

/* Close the variables of `co`, which nobody resumes any more; what one fails with is dropped. */
void shot_coroutine_close(lua_State *co);

/* Push the value that a parking job yields first, a light userdata. Where a C function in between
 * cannot be waited through, the yield returns nil and the reason instead. */
void shot_coroutine_push_park(lua_State *L);

/* Push the scheduler's own resume, to which a parking yield is like any other. */
void shot_coroutine_push_resume(lua_State *L);

#endif
