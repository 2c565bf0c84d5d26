/* How much the X servers have sent: whoever reads from a connection may read what another job waits
 * for, and nothing else tells that it did. */
#ifndef SHOT_LUA_RECEIVED_H
#define SHOT_LUA_RECEIVED_H

#include <lua.h>

/* Count for the display on top of the stack, too, as long as it is there. */
void shotL_count_received(lua_State *L);

/* Set a function in the module table on top of the stack:
 *
 *	core.received() -> a number that another one follows when bytes were read from a connection
 */
void shotL_open_received(lua_State *L);

#endif
