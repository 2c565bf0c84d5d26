/* Ctrl-C, SIGTERM and SIGHUP. The first one stops whatever Lua is running, in any coroutine, with
 * an error that pcall, xpcall and coroutine.resume of the host do not swallow; a second one kills
 * the process. While no signal comes this costs a store per resume.
 *
 * What it cannot stop is a C function that does not return and waits for nothing of ours, such as
 * string.rep or string.find at work on something huge: the error comes when it is done. */
#ifndef SHOT_HOST_INTERRUPT_H
#define SHOT_HOST_INTERRUPT_H

#include <stdbool.h>

#include <lua.h>

#include "base/error.h"

/* Install the handlers; the calling thread is the one that runs Lua, and `L` its main state. A
 * signal that the process was started with ignored stays so. */
bool shot_interrupt_start(lua_State *L, struct shot_error *err);

/* The signal that asked for the end while signals were to be gentle; 0 when none. */
int shot_interrupt_asked(void);

/* From now on a signal no longer touches Lua; before lua_close. */
void shot_interrupt_finish(void);

/* An eventfd that is readable once a signal has come; for waits in poll(2) and in the loop. */
int shot_interrupt_fd(void);

/* The signal that has come since the start or the last clear, 0 when none. */
int shot_interrupt_signal(void);

/* Whether the error has been raised. What was called before then must pass it on. */
bool shot_interrupt_is_raised(void);

/* Raise such an error in the job that runs, from a debug hook, where there is no signal; and say
 * that the job has ended, or has yielded. */
void shot_interrupt_end_job(lua_State *L);
void shot_interrupt_job_is_over(void);

/* The error was raised, but what it went to was not the script that it must end: a callback of the
 * event loop, whose errors stop there. Raise it again in what runs next. */
void shot_interrupt_repeat(void);

/* No more errors for the signal that has come, if one has: the host ends, or its prompt goes on. */
void shot_interrupt_settle(lua_State *L);

/* A state that runs, or has resumed the one inside it; on the stack of whoever entered it. */
struct shot_running {
	lua_State *L;
	struct shot_running *outer; /* NULL: `L` is the main state */
};

/* Say that `co` runs from now on, and later that what ran before does again. Around every
 * lua_resume, and around calls that run Lua on another state than the caller's. Nothing between
 * the two may jump over leave. */
void shot_interrupt_enter(struct shot_running *inner, lua_State *co);
void shot_interrupt_leave(struct shot_running *inner);

/* What was entered, the innermost first; never empty after the start. */
const struct shot_running *shot_interrupt_entered(void);

/* The state that runs, for other signal handlers; NULL before the start and after the finish. */
lua_State *shot_interrupt_running(void);

/* Take away another module's hook from `L`, which runs: the error of a signal that has come
 * meanwhile is not lost by that. */
void shot_interrupt_unhook(lua_State *L);

/* After another hook was set on `L`: likewise. */
void shot_interrupt_rearm(lua_State *L);

/* Push two functions: one returns the signal's number and the traceback of where it stopped Lua
 * (nil when it has not), or nothing. The other forgets the signal, so that the next one is a first
 * one again. */
void shot_interrupt_push_get(lua_State *L);
void shot_interrupt_push_clear(lua_State *L);

/* Push three more. One, be_gentle(seconds, with_sigint), makes signals gentle (SIGINT only if told
 * so): the first one only asks for the end. A second one, or the end of that time, does what the
 * first one did before. Another returns the number of the one that has asked, or nothing. The third
 * is for the loop to call when the descriptor has woken it. */
void shot_interrupt_push_be_gentle(lua_State *L);
void shot_interrupt_push_asked(lua_State *L);
void shot_interrupt_push_hear(lua_State *L);

#endif
