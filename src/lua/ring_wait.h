/* Calls on one side of a ring that wait for the other side. They wait in slices, because an
 * interrupt may come just before a wait begins; in a job, other jobs run meanwhile. */
#ifndef SHOT_LUA_RING_WAIT_H
#define SHOT_LUA_RING_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

#include "base/error.h"
#include "zerobuffer/reader.h"

/* The head of the handle at index 1. */
struct shotL_ring_side {
	void *side; /* NULL after the close */

	/* The last run of the collector for it. */
	uint64_t collected_read;
	int64_t collected_at;
};

struct shotL_ring_call {
	const char *side;	 /* "reader": the kind of the handle */
	enum shot_code patience; /* the code of an attempt that ran out of time */
	bool is_question;	 /* then the result is false; otherwise the call fails */

	/* Try until `deadline`, on the side. True with the result pushed. */
	bool (*attempt)(lua_State *L, void *side, int64_t deadline, struct shot_error *err);

	/* A descriptor that becomes readable, in a job, when another attempt may succeed; -1 fails
	 * the call. NULL: there is none, so the call tries at short intervals. */
	int (*descriptor)(void *side, struct shot_error *err);

	/* The part of the ring that scripts of this process hold; when a writer waits for it, the
	 * collector searches for forgotten items. */
	enum zb_held (*held)(void *side, uint64_t *read);

	lua_KFunction go_on; /* the function that calls shotL_ring_wait, for after a yield */
};

/* Make attempts until one succeeds or fails for another reason, or the time is up. Pass LUA_OK
 * first, and the continuation's status later. Returns the number of results. */
int shotL_ring_wait(
	lua_State *L, int status, lua_KContext deadline, const struct shotL_ring_call *call);

/* Run the collector to find forgotten items, unless it ran a moment ago and no frame was read
 * since. False when it did not run; otherwise any handle may be closed now. */
bool shotL_ring_collect(lua_State *L, struct shotL_ring_side *side, uint64_t read);

#endif
