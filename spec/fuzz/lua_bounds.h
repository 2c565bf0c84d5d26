/* What keeps an input from taking more than its share of time, memory and names, and finds what it
 * leaves behind. */
#ifndef SPEC_FUZZ_LUA_BOUNDS_H
#define SPEC_FUZZ_LUA_BOUNDS_H

#include <lua.h>

/* Rings and slots of more than 16 MB cannot be made from now on: an input that asks for one shall
 * fail, and not take the machine's memory. To be called when the program starts. */
void fuzz_limit_files(void);

/* What runs in this state or coroutine, until the end of the call, is interrupted after 10 ms, as
 * Ctrl-C does it: nothing waits for long. */
void fuzz_begin_call(lua_State *L);
void fuzz_end_call(lua_State *L);

/* How names of rings begin that are made here, with the process's number. */
const char *fuzz_ring_prefix(void);

/* After lua_close: aborts when descriptors, pictures or rings are left. */
void fuzz_check_nothing_left(void);

#endif
