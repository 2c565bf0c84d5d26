/* Windows in Lua: display:windows(), and the windows that a capture is asked for. */
#ifndef SHOT_LUA_WINDOW_H
#define SHOT_LUA_WINDOW_H

#include <lua.h>

#include "capture/target.h"
#include "capture/window.h"

/* (display) -> {{id=, title=, …}, …} | nil, message, code */
int shotL_display_windows(lua_State *L);

/* Whether the table at `arg` is about a window: then it is read into `target`. One that is given by
 * "active" or patterns has no id until shotL_find_window. Raises on what makes no sense. */
bool shotL_test_window(lua_State *L, int arg, struct shot_target *target);

/* For such a target: push what it takes to find the window, of the table at `arg`. */
void shotL_push_wanted(lua_State *L, int arg);

/* Whether what is on top of the stack takes the whole list to find, not only the active window. */
bool shotL_wants_list(lua_State *L);

/* Pop what is wanted; the id of the one window of `windows` that it fits, 0 with ENOWINDOW or
 * EAMBIGUOUS. Raises on a malformed pattern. */
uint32_t shotL_find_window(
	lua_State *L, const struct shot_windows *windows, struct shot_error *err);

/* Register the type that owns a query. */
void shotL_open_window(lua_State *L);

#endif
