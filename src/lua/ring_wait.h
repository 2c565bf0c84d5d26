/* Calls on a side of a ring that wait for the other side. They are made in slices, because an
 * interrupt may come just before one begins to wait; in a job other jobs run meanwhile. */
#ifndef SHOT_LUA_RING_WAIT_H
#define SHOT_LUA_RING_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

#include "base/error.h"
#include "zerobuffer/reader.h"

/* What the handle at index 1 begins with. */
struct shotL_ring_side {
	void *side; /* NULL once it is closed */

	/* When the collector has run for it last. */
	uint64_t collected_read;
	int64_t collected_at;
};

struct shotL_ring_call {
	const char *side;	 /* "reader": what the handle is */
	enum shot_code patience; /* the code with which an attempt says that its time was over */
	bool is_question;	 /* then the answer is false; else it is the call's failure */

	/* Try until `deadline`; with what the pointer points to. True with the result pushed. */
	bool (*attempt)(lua_State *L, void *side, int64_t deadline, struct shot_error *err);

	/* A descriptor that tells, in a job, that it is worth another attempt; -1 when there can be
	 * none, which fails the call. NULL: nothing tells, so that it is tried every moment. */
	int (*descriptor)(void *side, struct shot_error *err);

	/* What scripts of this process hold of the ring; when that keeps a writer waiting, the
	 * collector looks for what they have forgotten. */
	enum zb_held (*held)(void *side, uint64_t *read);

	lua_KFunction go_on; /* the function that calls shotL_ring_wait, for after a yield */
};

/* Make the attempts until one succeeds or fails otherwise, or the time is over: with LUA_OK first,
 * with the continuation's status later. Returns the number of results. */
int shotL_ring_wait(
	lua_State *L, int status, lua_KContext deadline, const struct shotL_ring_call *call);

/* Let the collector find forgotten items, unless it has done so a moment ago and nothing was read
 * since. False when it did not run; else anything may be closed now. */
bool shotL_ring_collect(lua_State *L, struct shotL_ring_side *side, uint64_t read);

#endif
