/* Calls on a side of a ring that wait for the other side. They are made in slices, because an
 * interrupt may come just before one begins to wait; in a job other jobs run meanwhile. */
#ifndef SHOT_LUA_RING_WAIT_H
#define SHOT_LUA_RING_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

#include "base/error.h"

struct shotL_ring_call {
	const char *side; /* "reader": what the handle at index 1 is, a userdata that begins with a
			     pointer, NULL once it is closed */
	const char *patience; /* the code with which an attempt says that its time was over */
	bool is_question;     /* then the answer is false; else it is the call's failure */

	/* Try until `deadline`; with what the pointer points to. True with the result pushed. */
	bool (*attempt)(lua_State *L, void *side, int64_t deadline, struct shot_error *err);

	/* A descriptor that tells, in a job, that it is worth another attempt; -1 when there can be
	 * none, which fails the call. NULL: nothing tells, so that it is tried every moment. */
	int (*descriptor)(void *side, struct shot_error *err);

	lua_KFunction go_on; /* the function that calls shotL_ring_wait, for after a yield */
};

/* Make the attempts until one succeeds or fails otherwise, or the time is over: with LUA_OK first,
 * with the continuation's status later. Returns the number of results. */
int shotL_ring_wait(
	lua_State *L, int status, lua_KContext deadline, const struct shotL_ring_call *call);

#endif
