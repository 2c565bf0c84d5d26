/* The C functions of the prompt in Lua (luashot.editor): the line editor and the history's file. */
#ifndef SHOT_HOST_EDITOR_H
#define SHOT_HOST_EDITOR_H

#include <lua.h>

/* Push a table of
 *   open() -> editor, or nil, message, code
 *   append(path, line, most) -> true, or nil, message, code        see host/history.h
 * An editor has the methods of host/edit.h: begin(prompt) and feed(), which return "waits",
 * "completes", "line" and the text, or "end"; now() -> text, before; insert(text), hide(), show(),
 * renew(), cancel(), remember(line), close(). Once closed it does nothing. */
void shot_editor_push(lua_State *L);

#endif
