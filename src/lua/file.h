/* Paths, and the files that the modules in Lua write as frame:save does. */
#ifndef SHOT_LUA_FILE_H
#define SHOT_LUA_FILE_H

#include <lua.h>

/* A path at `arg`; raises. */
const char *shotL_check_path(lua_State *L, int arg);

/* Set check_template, claim_file, folder_of, is_shared and write_file in the module table on top of
 * the stack. */
void shotL_open_file(lua_State *L);

#endif
