/* Memory of the core that an error of Lua must not leak. */
#ifndef SHOT_LUA_MEMORY_H
#define SHOT_LUA_MEMORY_H

#include <lua.h>

/* Push a userdata with a pointer, NULL at first, that is freed when the collector finds it; free it
 * and set it to NULL when it has served. */
void **shotL_new_memory(lua_State *L);

/* Register the type. */
void shotL_open_memory(lua_State *L);

#endif
