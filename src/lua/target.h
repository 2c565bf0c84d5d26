/* The `what` argument of a grab. */
#ifndef SHOT_LUA_TARGET_H
#define SHOT_LUA_TARGET_H

#include <lua.h>

#include "capture/target.h"

/* Read nil (the root), "primary", "cursor", "640x480+10+20", a monitor's name or output, a monitor
 * table (found again by its output), {x=, y=, width=, height=}, {width=, height=, follow="cursor"},
 * or a window (lua/window.h). Raises for any other value, and for a size below 1. */
struct shot_target shotL_check_target(lua_State *L, int arg);

/* Set clip and cursor from the options table at `arg` (nil or none: defaults); `cursor` is the
 * default of cursor. */
void shotL_target_options(lua_State *L, int arg, bool cursor, struct shot_target *target);

#endif
