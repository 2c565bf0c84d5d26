/* Connections that are made before they are needed, because later none can be made: in a sandbox.
 */
#ifndef SHOT_LUA_PRECONNECT_H
#define SHOT_LUA_PRECONNECT_H

#include <stdbool.h>

#include <lua.h>

#include "base/error.h"

struct shot_source;

/* A connection to `name` (NULL: the default display), the caller's from now on; NULL in `*out` when
 * none were made in advance, and one is to be made now. False where that cannot be: ESANDBOX, what
 * was wrong in advance, or ELOST. */
bool shotL_preconnect_take(
	lua_State *L, const char *name, struct shot_source **out, struct shot_error *err);

/* Set `connect_ahead` in the module table on top of the stack:
 *
 *	core.connect_ahead(count)  makes that many connections to the default display (1 to 8), for
 *	                           all that are opened from now on. It blocks, for as long as the
 *	                           server does not answer; nil, message, code when there is none. */
void shotL_open_preconnect(lua_State *L);

#endif
