/* Colors as scripts write them. */
#ifndef SHOT_LUA_COLOR_H
#define SHOT_LUA_COLOR_H

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

/* "#30c040", "#3c4" or {48, 192, 64} at `arg`; raises otherwise. */
void shotL_check_color(lua_State *L, int arg, uint8_t rgb[3]);

/* As shotL_check_color, for a field of the options at `arg`; false when it is missing. */
bool shotL_field_color(lua_State *L, int arg, const char *name, uint8_t rgb[3]);

#endif
