/* Turns for jobs that compute without pause: while such a job runs, a timer that counts the
 * thread's processor time arms a count hook on the running coroutine, and the hook yields to the
 * scheduler, which lets the loop turn once. Idle, or while C functions run, nothing of this
 * happens, and a run that is over within one tick of the timer (2 ms) is never interrupted.
 *
 * There are no turns where Lua cannot yield (below table.sort, string.gsub, a finalizer, a callback
 * of luv), and in the host's own Lua code, which relies on that. A debug hook of the script's own
 * is called by one of ours (hook.h), which considers turns, too. */
#ifndef SHOT_HOST_TIMESLICE_H
#define SHOT_HOST_TIMESLICE_H

#include <stdbool.h>

#include <lua.h>

/* For a hook at a count or line event: where the slice of `L` is over, make it yield, or end the
 * job where that is not possible and nobody wants it. The hook must return right after. */
void shot_timeslice_consider(lua_State *L, lua_Debug *at);

/* A job is resumed now: its slice begins. */
void shot_timeslice_begin(void);

/* Whether `co`, which has just yielded nothing, was made to yield by the hook; forgets it. */
bool shot_timeslice_take(lua_State *co);

/* Push what stands for such a yield in the values that a job's coroutine comes back with, a light
 * userdata; it is to be resumed with nothing. */
void shot_timeslice_push_mark(lua_State *L);
bool shot_timeslice_is_mark(lua_State *L, int index);

/* Push a function that calls its first argument with the others and is not sliced
 * meanwhile; nor can it wait. */
void shot_timeslice_push_atomic(lua_State *L);

/* Pop a function() that is asked at the end of a slice where Lua cannot yield: true ends the job
 * that runs, by an error that pcall does not swallow. */
void shot_timeslice_on_stuck(lua_State *L);

/* Ask it, for a coroutine that could yield and whose caller cannot. */
bool shot_timeslice_is_unwanted(lua_State *L);

/* Push a function that starts the timer, for the calling thread, which runs Lua; it does nothing
 * the second time, and nothing where there are no such timers. */
void shot_timeslice_push_start(lua_State *L);

#endif
