/* Memory that a C function needs until it returns. */
#ifndef SHOT_LUA_SCRATCH_H
#define SHOT_LUA_SCRATCH_H

#include <lua.h>
#include <stddef.h>
#include <stdint.h>

/* Push a value that holds `size` bytes, which are undefined, and return them. They are freed when
 * the calling C function returns or raises. A large piece lies in large pages where the system has
 * them: a string is made of it at half the cost, because the allocator, which would give the memory
 * of large pieces back and fetch it again page by page, has no part in it. Raises "not enough
 * memory". */
uint8_t *shotL_push_scratch(lua_State *L, size_t size);

#endif
