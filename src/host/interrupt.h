/* Handles Ctrl-C, SIGTERM and SIGHUP. The first signal stops the running Lua code, in any
 * coroutine, with an error that pcall, xpcall and coroutine.resume of the host do not swallow; a
 * second one kills the process. Without a signal this costs one store per resume.
 *
 * A signal cannot stop a C function that runs for long without waiting through luashot, such as
 * string.rep or string.find on a huge string: the error comes after it returns. */
#ifndef SHOT_HOST_INTERRUPT_H
#define SHOT_HOST_INTERRUPT_H

#include <stdbool.h>

#include <lua.h>

#include "base/error.h"

/* Install the handlers; the calling thread is the one that runs Lua, and `L` its main state. A
 * signal that the process was started with ignored stays so. */
bool shot_interrupt_start(lua_State *L, struct shot_error *err);

/* The signal that asked for the end while signals were gentle; 0 when none. */
int shot_interrupt_asked(void);

/* Stop handling signals in Lua. Call it before lua_close. */
void shot_interrupt_finish(void);

/* An eventfd that is readable once a signal has come; for waits in poll(2) and in the loop. */
int shot_interrupt_fd(void);

/* The signal since the start or the last clear, 0 when none. */
int shot_interrupt_signal(void);

/* Whether the interrupt error is being raised. A protected call that started before it must rethrow
 * it. */
bool shot_interrupt_is_raised(void);

/* Raise such an error in the running job without a signal, from a debug hook; and note that the job
 * has ended or yielded. */
void shot_interrupt_end_job(lua_State *L);
void shot_interrupt_job_is_over(void);

/* Raise the error again in the Lua code that runs next. Call it when the error reached a callback
 * of the event loop, whose errors stop there, instead of the script that it must end. */
void shot_interrupt_repeat(void);

/* Forget the signal, if there is one: the host ends, or its prompt continues. */
void shot_interrupt_settle(lua_State *L);

/* A state that runs, or that has resumed an inner one. It lives on the stack of the C function that
 * entered it. */
struct shot_running {
	lua_State *L;
	struct shot_running *outer; /* NULL: `L` is the main state */
};

/* Record that `co` runs, and later that the previous state runs again. Call these around every
 * lua_resume, and around calls that run Lua on another state than the caller's. No longjmp may skip
 * leave. */
void shot_interrupt_enter(struct shot_running *inner, lua_State *co);
void shot_interrupt_leave(struct shot_running *inner);

/* The entered states, the innermost first; never empty after the start. */
const struct shot_running *shot_interrupt_entered(void);

/* The running state, for other signal handlers; NULL before the start and after the finish. */
lua_State *shot_interrupt_running(void);

/* Remove another module's hook from `L`, the running state, without losing the error of a pending
 * signal. */
void shot_interrupt_unhook(lua_State *L);

/* Do the same after another hook was set on `L`. */
void shot_interrupt_rearm(lua_State *L);

/* Push two functions. One returns the signal's number and the traceback of the place where it
 * stopped Lua (nil if it has not), or nothing. The other forgets the signal, so that the next one
 * counts as the first. */
void shot_interrupt_push_get(lua_State *L);
void shot_interrupt_push_clear(lua_State *L);

/* Push three more. One, be_gentle(seconds, with_sigint), makes signals gentle (SIGINT only if told
 * so): the first one only asks for the end. A second one, or the end of that time, does what the
 * first one did before. Another returns the number of the one that has asked, or nothing. The event
 * loop calls the third when the descriptor has woken it. */
void shot_interrupt_push_be_gentle(lua_State *L);
void shot_interrupt_push_asked(lua_State *L);
void shot_interrupt_push_hear(lua_State *L);

#endif
