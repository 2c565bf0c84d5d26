/* Makes connections ahead of use, because a sandbox cannot make any later.
 */
#ifndef SHOT_LUA_PRECONNECT_H
#define SHOT_LUA_PRECONNECT_H

#include <stdbool.h>

#include <lua.h>

#include "base/error.h"

struct shot_source;

/* Take a connection to `name` (NULL: the default display), which is the caller's from now on. NULL
 * in `*out`: none were made in advance, so make one now. False when that is impossible: ESANDBOX,
 * the earlier failure, or ELOST. */
bool shotL_preconnect_take(
	lua_State *L, const char *name, struct shot_source **out, struct shot_error *err);

/* Whether connections were made in advance: the process is in a sandbox, or about to be. */
bool shotL_is_preconnected(lua_State *L);

/* Set `connect_ahead` in the module table on top of the stack:
 *
 *	core.connect_ahead(count) -> true | nil, message, code
 *	    Makes `count` connections (1 to 8) to the default display, for all displays that are
 *	    opened from now on. Blocks until the server answers. */
void shotL_open_preconnect(lua_State *L);

#endif
