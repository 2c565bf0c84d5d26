/* Memory that a C function needs until it returns. */
#ifndef SHOT_LUA_SCRATCH_H
#define SHOT_LUA_SCRATCH_H

#include <lua.h>
#include <stddef.h>
#include <stdint.h>

/* Push a value that holds `size` bytes, which are undefined, and return them. They are the caller's
 * until the calling C function returns or raises. A large piece lies in large pages where the
 * system has them, and serves again until the collector's next cycle: clearing fresh memory for a
 * string costs more than making the string. Raises "not enough memory". */
uint8_t *shotL_push_scratch(lua_State *L, size_t size);

#endif
