#include "lua/ring_view.h"

#include <inttypes.h>
#include <lauxlib.h>

#include "image/image.h"
#include "lua/args.h"

#define LARGEST (INT64_C(1) << 46)

static enum shot_format check_format(lua_State *L, int arg)
{
	const char *names[SHOT_FORMAT_COUNT + 1] = {0};
	for (int i = 0; i < SHOT_FORMAT_COUNT; i++) {
		names[i] = shot_format_name((enum shot_format)i);
	}
	return (enum shot_format)shotL_field_choice(L, arg, "format", SHOT_FORMAT_BGRX, names);
}

void shotL_check_view_of_bytes(lua_State *L, int arg, struct shot_view *view, uint64_t *offset)
{
	static const char *const names[] = {"width", "height", "format", "stride", "offset", NULL};
	luaL_checktype(L, arg, LUA_TTABLE);
	shotL_check_options(L, arg, names);
	*view = (struct shot_view){
		.width = (int32_t)shotL_field_integer(L, arg, "width", 0, 1, INT32_MAX),
		.height = (int32_t)shotL_field_integer(L, arg, "height", 0, 1, INT32_MAX),
		.format = check_format(L, arg),
	};
	luaL_argcheck(L, view->width && view->height, arg, "width and height expected");
	lua_Integer row = (lua_Integer)view->width * (lua_Integer)shot_format_bytes(view->format);
	view->stride = (size_t)shotL_field_integer(L, arg, "stride", row, row, INT32_MAX);
	*offset = (uint64_t)shotL_field_integer(L, arg, "offset", 0, 0, LARGEST);
}

bool shotL_place_view(
	struct shot_view *view, uint64_t offset, uint64_t size, struct shot_error *err)
{
	uint64_t row = (uint64_t)view->width * shot_format_bytes(view->format);
	uint64_t needed = (uint64_t)(view->height - 1) * view->stride + row;
	if (offset > size || needed > size - offset) {
		return shot_fail(err, "EGEOMETRY",
			"%dx%d pixels of %s at offset %" PRIu64 " need %" PRIu64
			" bytes, of %" PRIu64,
			view->width, view->height, shot_format_name(view->format), offset, needed,
			size);
	}
	if ((uint64_t)view->width * (uint64_t)view->height > SHOT_MOST_PIXELS) {
		return shot_fail(err, "ENOMEM", "%dx%d pixels are more than this process can map",
			view->width, view->height);
	}
	view->data += offset;
	return true;
}
