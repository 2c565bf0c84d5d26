/* The newest item that was read in a Lua state. An item gets no finalizer when it is read: most are
 * released before the next one is read, and a finalizer would take a sixth of reading a small
 * frame. Instead the state holds the newest item, so that the collector does not free it, and an
 * item that is not released in time gets its finalizer: before the next item is read, before the
 * collector runs for forgotten items, and after each of its cycles. */
#ifndef SHOT_LUA_RING_NEWEST_H
#define SHOT_LUA_RING_NEWEST_H

#include <lua.h>

#include "zerobuffer/reader.h"

struct shotL_newest {
	struct zb_item **handle; /* of the newest item; NULL: there is none without a finalizer */
};

/* Push the state's struct shotL_newest. */
void shotL_push_newest(lua_State *L);

/* Make the item on top of the stack, with that handle, the newest one, and take it off the stack.
 * `newest` is the index of the struct. This raises nothing. */
void shotL_set_newest(lua_State *L, int newest, struct shotL_newest *self, struct zb_item **handle);

/* Give the newest item its finalizer, unless it is released. This raises nothing. */
void shotL_settle_newest(lua_State *L, int newest);

/* Make the struct. The type of items is known. */
void shotL_open_ring_newest(lua_State *L);

#endif
