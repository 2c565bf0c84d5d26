/* Windows in Lua: display:windows(), and windows as targets. */
#ifndef SHOT_LUA_WINDOW_H
#define SHOT_LUA_WINDOW_H

#include <lua.h>

#include "capture/target.h"
#include "capture/window.h"

/* (display) -> {{id=, title=, …}, …} | nil, message, code */
int shotL_display_windows(lua_State *L);

/* Whether the table at `arg` describes a window; if so, reads it into `target`. A window given by
 * "active" or patterns has no id until shotL_find_window. Raises for invalid fields. */
bool shotL_test_window(lua_State *L, int arg, struct shot_target *target);

/* For such a target: push the criteria for finding the window, from the table at `arg`. */
void shotL_push_wanted(lua_State *L, int arg);

/* Whether the criteria on top of the stack need the whole list, not only the active window. */
bool shotL_wants_list(lua_State *L);

/* Pop the criteria; returns the id of the only window of `windows` that fits, 0 with ENOWINDOW or
 * EAMBIGUOUS. Raises for a malformed pattern. */
uint32_t shotL_find_window(
	lua_State *L, const struct shot_windows *windows, struct shot_error *err);

/* Register the type that owns a query. */
void shotL_open_window(lua_State *L);

#endif
