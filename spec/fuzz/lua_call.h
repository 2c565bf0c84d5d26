/* Calls of the binding's functions, their arguments mostly of the right shape: what a target has
 * beside its table of functions. */
#ifndef SPEC_FUZZ_LUA_CALL_H
#define SPEC_FUZZ_LUA_CALL_H

#include <lua.h>

#include "lua_value.h"

/* One function. The shape has a letter for each argument:
 *   b boolean           i a small integer     n any number       t a duration, short or wrong
 *   s text              T a pattern           O an object        v anything
 *   w what to grab      l a list of that      r a rectangle      L a list of rectangles
 *   W a window's id     d a display's name    p a path           R a ring's name
 *   z a size of a ring  F a function          o the options, in a table
 * One in eight is something else. An option is its name, a space, and the letter of its value. */
struct fuzz_call {
	const char *type;   /* of the object whose method it is; NULL: of the module itself */
	const char *module; /* whose function it is, for those */
	const char *name;
	const char *shape;
	const char *const *options; /* NULL-terminated */
};

/* Open the libraries and the binding, and have the objects that `chunk` returns. */
void fuzz_open_binding(lua_State *L, const char *chunk);

/* Add a function of the target's own, as one of the module "test". */
void fuzz_add_function(lua_State *L, const char *name, lua_CFunction function);

/* Make calls until the input is used up, at most `most`; each may be in a coroutine whose waits are
 * disturbed. Aborts when one fails in a way that none may: see lua_call.c. */
void fuzz_calls(lua_State *L, struct fuzz_input *input, const struct fuzz_call *calls, size_t count,
	int most);

/* Forget the objects, collect everything, and call the chunk; aborts with what it raises. */
void fuzz_end_calls(lua_State *L, struct fuzz_input *input, const char *chunk);

#endif
