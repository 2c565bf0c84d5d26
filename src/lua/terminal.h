/* Queries a terminal: its size, and its abilities. */
#ifndef SHOT_LUA_TERMINAL_H
#define SHOT_LUA_TERMINAL_H

#include <lua.h>

/* Add to the table on top
 *   terminal_size(fd) -> { columns, rows, width, height }, or nil when it is none; width and height
 *     of the text area in pixels, 0 when the terminal does not say
 *   terminal_ask(query, last, seconds) -> string: writes the query to the controlling terminal, and
 *     collects what it answers, up to the end of a control sequence (ESC [ …) with the character
 *     `last`, or until the time is over. Nothing is asked from the background. nil, message, code
 *     without a terminal. */
void shotL_open_terminal(lua_State *L);

#endif
