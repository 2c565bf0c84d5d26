/* A frame that was read from a ring, as Lua holds it. */
#ifndef SHOT_LUA_RING_ITEM_H
#define SHOT_LUA_RING_ITEM_H

#include <lua.h>

#include "zerobuffer/reader.h"

/* Push a closed item handle; fill it once nothing can raise any more. */
struct zb_item **shotL_new_item(lua_State *L);

/* The item at `index` if it is one and not released, else NULL. */
const struct zb_item *shotL_test_item(lua_State *L, int index);

/* Make the type known. */
void shotL_open_ring_item(lua_State *L);

#endif
