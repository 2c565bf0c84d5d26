/* The host's versions of coroutine.resume, wrap and close. They record the running coroutine, so
 * that Ctrl-C reaches it, and do not swallow an interrupt. A job that waits inside the script's own
 * coroutines parks through all of them: its yield goes up to the scheduler, and the wake-up comes
 * down again, without the script's notice. The end of a job's time slice does the same. Everything
 * else is as in the manual. */
#ifndef SHOT_HOST_COROUTINE_H
#define SHOT_HOST_COROUTINE_H

#include <lua.h>

/* Put them into the global table `coroutine`. */
void shot_coroutine_install(lua_State *L);

/* Close the variables of `co`, which is not resumed any more; their errors are dropped. */
void shot_coroutine_close(lua_State *co);

/* Push the value that a parking job yields first, a light userdata. If a C function in between does
 * not allow a yield, the yield returns nil and the reason instead. */
void shot_coroutine_push_park(lua_State *L);

/* Push the scheduler's own resume, which treats a parking yield like any other. */
void shot_coroutine_push_resume(lua_State *L);

#endif
