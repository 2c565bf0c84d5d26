/* The writing side of a ring in Lua. */
#ifndef SHOT_LUA_RING_WRITER_H
#define SHOT_LUA_RING_WRITER_H

#include <stdbool.h>

#include <lua.h>

#include "zerobuffer/writer.h"

/* The open writer at `arg`; raises otherwise. */
struct zb_writer *shotL_check_ring_writer(lua_State *L, int arg);

/* Run the collector to find items that scripts of this process have forgotten, before failing
 * without room. False when that cannot help; otherwise any handle may be closed now. */
bool shotL_collect_for_writer(lua_State *L, int arg);

/* Push the writer's table display -> publisher; closing the writer calls __close on each value. */
void shotL_push_ring_bonds(lua_State *L, int arg);

/* Add its function to the table on top of the stack. */
void shotL_open_ring_writer(lua_State *L);

#endif
