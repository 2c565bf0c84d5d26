/* Preempts jobs that compute without pause. A timer of the thread's processor time arms a count
 * hook on the running coroutine, and the hook yields to the scheduler, which lets the loop turn
 * once. It does nothing while the host is idle or a C function runs, and never interrupts a run
 * that ends within one tick of the timer (2 ms).
 *
 * It cannot preempt where Lua cannot yield (below table.sort, string.gsub, a finalizer, a callback
 * of luv), and does not preempt the host's own Lua code, which relies on that. The host's hook
 * calls a debug hook of the script (hook.h), and checks the slice as well. */
#ifndef SHOT_HOST_TIMESLICE_H
#define SHOT_HOST_TIMESLICE_H

#include <stdbool.h>

#include <lua.h>

/* For a hook at a count or line event: if the slice of `L` has ended, make it yield; if that is
 * impossible and the job is unwanted, end the job. The hook must return right after. */
void shot_timeslice_consider(lua_State *L, lua_Debug *at);

/* Begin the slice of a job that is resumed now. */
void shot_timeslice_begin(void);

/* Whether the hook made `co` yield, which has just yielded no values; forgets it. */
bool shot_timeslice_take(lua_State *co);

/* Push the mark of such a yield in the results of a job's coroutine, a light userdata; resume the
 * coroutine without arguments. */
void shot_timeslice_push_mark(lua_State *L);
bool shot_timeslice_is_mark(lua_State *L, int index);

/* Push a function that calls its first argument with the others, without slices; the call cannot
 * wait. */
void shot_timeslice_push_atomic(lua_State *L);

/* Pop a function() that is called at the end of a slice where Lua cannot yield: true ends the
 * running job, by an error that pcall does not swallow. */
void shot_timeslice_on_stuck(lua_State *L);

/* Call that function, for a coroutine that can yield but whose caller cannot. */
bool shot_timeslice_is_unwanted(lua_State *L);

/* Push a function that starts the timer for the calling thread, which runs Lua. A second call does
 * nothing, and so does a call on a system without such timers. */
void shot_timeslice_push_start(lua_State *L);

#endif
