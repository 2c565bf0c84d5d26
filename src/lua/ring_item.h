/* The Lua handle of a frame that was read from a ring. */
#ifndef SHOT_LUA_RING_ITEM_H
#define SHOT_LUA_RING_ITEM_H

#include <lua.h>

#include "zerobuffer/reader.h"

/* Push the type of items, and that of items with a finalizer. */
void shotL_push_item_type(lua_State *L);
void shotL_push_guarded_type(lua_State *L);

/* Push a closed item handle; `type` is the index of the type of items, an upvalue of the caller,
 * because finding it by a name would take a tenth of a read. Fill the handle after everything that
 * can raise, and pin it (lua/ring_pin.h): it has no finalizer. */
struct zb_item **shotL_new_item(lua_State *L, int type);

/* The live item at `index`, else NULL. */
const struct zb_item *shotL_test_item(lua_State *L, int index);

/* Release the live item at `index`, if one is there. */
void shotL_release_item(lua_State *L, int index);

/* Make the type known. */
void shotL_open_ring_item(lua_State *L);

#endif
