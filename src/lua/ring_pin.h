/* One item of a Lua state that needs no finalizer, because the state holds it. Most items are
 * released before the next one is read, and a finalizer would take a sixth of reading a small
 * frame. The pinned item gets its finalizer when the collector may have to find it: after each of
 * the collector's cycles, and before the collector runs for forgotten items. */
#ifndef SHOT_LUA_RING_PIN_H
#define SHOT_LUA_RING_PIN_H

#include <lua.h>

#include "zerobuffer/reader.h"

/* Push the state's pin. */
void shotL_push_pin(lua_State *L);

/* Pin the item on top of the stack, which has just been read, and take it off the stack. If a live
 * item is pinned, or its reader has others, it gets its finalizer instead: a script that holds
 * items keeps this one, too, and a later finalizer would cost more. `pin` is the pin's index. This
 * raises nothing. */
void shotL_pin_item(lua_State *L, int pin, struct zb_item **handle);

/* Give the pinned item its finalizer, unless it is released. This raises nothing. */
void shotL_unpin_item(lua_State *L, int pin);

/* Make the pin. The type of items is known. */
void shotL_open_ring_pin(lua_State *L);

/* From now on, run a finalizer in each of the collector's cycles; a state needs it before it reads
 * its first item. Other states do without: a finalizer that waits while a stack overflows makes
 * Lua 5.4.9 say "error in error handling" and no place. */
void shotL_pin_watch_cycles(lua_State *L);

#endif
