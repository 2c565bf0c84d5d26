/* An actor on a hostile compositor. */
#ifndef SPEC_HOSTILE_ACTOR_H
#define SPEC_HOSTILE_ACTOR_H

#include "support/hostile_client.h"
#include "wayland/actor.h"

enum { POINTER = 1, KEYBOARD = 2 }; /* what a seat has */

static const struct shot_actor_kind *const kind = &shot_wayland_actor;
static struct hostile *hostile;
static struct shot_actor *actor;
static double rested; /* seconds that the actor wanted to wait; the test adds them */

static inline void begin_acting(const struct hostile_plan *plan)
{
	struct shot_error err;
	rested = 0;
	hostile = hostile_start(plan);
	assert_true(kind->load(&err));
	actor = kind->open(NULL, -1, &err);
	assert_non_null(actor);
}

static inline int end(void **state)
{
	(void)state;
	kind->close(actor);
	hostile_stop(hostile);
	return 0;
}

#endif
