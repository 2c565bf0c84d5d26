/* Folders of pictures, for luashot.page: an object that only luashot's own Lua files see. */
#ifndef SHOT_LUA_ALBUM_H
#define SHOT_LUA_ALBUM_H

#include <lua.h>

/* The descriptor of the open album at `arg`; raises for another type, and a closed one. */
int shotL_check_album(lua_State *L, int arg);

/* Add to the module table on top of the stack album(path) -> album, and its type:
 *   album:list(most, done) -> true; done(lines), newest first, each "MTIME SIZE NAME" (in ns)
 *   album:encode(name, format, {quality, width}, done) -> true; done(bytes)
 *   album:changed() -> when the folder changed last, in ns
 *   album:close()
 * All return nil, message, code on failure, done too. */
void shotL_open_album(lua_State *L);

#endif
