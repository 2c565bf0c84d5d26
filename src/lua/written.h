/* Large strings that are written piece by piece. */
#ifndef SHOT_LUA_WRITTEN_H
#define SHOT_LUA_WRITTEN_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* The next piece of a string: its bytes, valid until the next call, and their number, at least one
 * and at most as many as are left. NULL when there is none. It may raise. */
typedef const void *shotL_piece_fn(lua_State *L, void *context, size_t *size);

/* Push the string of `size` bytes whose pieces `next` returns. Each piece is copied into the
 * string's own memory while it is in the processor's cache, so that the whole exists once. The
 * memory lies in large pages where the system has them. Costs a few microseconds more than
 * lua_pushlstring. False, and nothing is pushed, when `next` returned NULL. Raises what `next`
 * raises, and "not enough memory". */
bool shotL_push_written(lua_State *L, size_t size, shotL_piece_fn *next, void *context);

#endif
