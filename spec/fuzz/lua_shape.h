/* Arguments of the shape that a function asks for; the letters are in lua_call.h. */
#ifndef SPEC_FUZZ_LUA_SHAPE_H
#define SPEC_FUZZ_LUA_SHAPE_H

#include "lua_value.h"

void fuzz_push_shape(
	lua_State *L, struct fuzz_input *input, char shape, const char *const *options);

#endif
