/* The Lua handle of a reservation: a frame's space in a ring before the commit. */
#ifndef SHOT_LUA_RING_RESERVATION_H
#define SHOT_LUA_RING_RESERVATION_H

#include <lua.h>

#include "zerobuffer/writer.h"

struct shotL_reservation {
	struct zb_reservation *reservation; /* NULL after its end */
};

/* Push a closed reservation handle. */
struct shotL_reservation *shotL_new_reservation(lua_State *L);

/* The open reservation at `index`, else NULL. */
struct zb_reservation *shotL_test_reservation(lua_State *L, int index);

/* Make the type known. */
void shotL_open_ring_reservation(lua_State *L);

#endif
