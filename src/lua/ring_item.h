/* The Lua handle of a frame that was read from a ring. */
#ifndef SHOT_LUA_RING_ITEM_H
#define SHOT_LUA_RING_ITEM_H

#include <lua.h>

#include "zerobuffer/reader.h"

/* Push a closed item handle. Fill it after everything that can raise. */
struct zb_item **shotL_new_item(lua_State *L);

/* The live item at `index`, else NULL. */
const struct zb_item *shotL_test_item(lua_State *L, int index);

/* Make the type known. */
void shotL_open_ring_item(lua_State *L);

#endif
