/* The place of a frame in a ring before it is written, as Lua holds it. */
#ifndef SHOT_LUA_RING_RESERVATION_H
#define SHOT_LUA_RING_RESERVATION_H

#include <lua.h>

#include "zerobuffer/writer.h"

struct shotL_reservation {
	struct zb_reservation *reservation; /* NULL when it is over */
};

/* Push a closed reservation handle. */
struct shotL_reservation *shotL_new_reservation(lua_State *L);

/* The reservation at `index` if it is one and not over, else NULL. */
struct zb_reservation *shotL_test_reservation(lua_State *L, int index);

/* Make the type known. */
void shotL_open_ring_reservation(lua_State *L);

#endif
