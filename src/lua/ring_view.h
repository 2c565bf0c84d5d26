/* Pictures over the bytes of a ring. */
#ifndef SHOT_LUA_RING_VIEW_H
#define SHOT_LUA_RING_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

#include "base/error.h"
#include "image/view.h"

/* Read the options of a picture over bytes: {width =, height =, format =, stride =, offset =}. The
 * view has neither data nor owner yet. */
void shotL_check_view_of_bytes(lua_State *L, int arg, struct shot_view *view, uint64_t *offset);

/* Move the view's data, which is the start of `size` bytes, by `offset`. EGEOMETRY when the picture
 * leaves the bytes. */
bool shotL_place_view(
	struct shot_view *view, uint64_t offset, uint64_t size, struct shot_error *err);

#endif
