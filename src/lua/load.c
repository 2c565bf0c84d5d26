#include "lua/load.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "codec/decode.h"
#include "lua/args.h"
#include "lua/frame.h"

/* The path without its folders, as the picture's source. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

bool shotL_load(lua_State *L, int arg, size_t max_pixels, struct shot_error *err)
{
	size_t size;
	const char *text = luaL_checklstring(L, arg, &size);
	/* What holds a NUL is no path: it is a picture, or was to be one. */
	bool is_data = strlen(text) < size || shot_is_picture((const uint8_t *)text, size);
	struct shotL_frame *handle = shotL_new_frame(L);
	struct shot_picture picture;
	bool ok = is_data ? shot_decode((const uint8_t *)text, size, max_pixels, &picture, err)
			  : shot_load(text, max_pixels, &picture, err);
	if (!ok) {
		lua_pop(L, 1);
		return false;
	}
	const struct shot_kept_origin *origin = &picture.origin;
	handle->frame = (struct shot_frame){
		.view = picture.view,
		.x = origin->x,
		.y = origin->y,
		.wall_ns = origin->wall_ns,
		.dots_per_mm_x = origin->dots_per_mm_x,
		.dots_per_mm_y = origin->dots_per_mm_y,
	};
	const char *name = is_data ? "" : base_name(text);
	snprintf(handle->frame.source, sizeof handle->frame.source, "%s",
		*origin->source ? origin->source : name);
	shotL_charge(L, &picture.view);
	return true;
}

static int load(lua_State *L)
{
	static const char *const names[] = {"max_pixels", NULL};
	shotL_check_options(L, 2, names);
	lua_Integer most =
		shotL_field_integer(L, 2, "max_pixels", SHOT_MAX_PIXELS, 1, (lua_Integer)1 << 40);
	struct shot_error err;
	return shotL_load(L, 1, (size_t)most, &err) ? 1 : shotL_fail(L, &err);
}

void shotL_open_load(lua_State *L)
{
	lua_pushcfunction(L, load);
	lua_setfield(L, -2, "load");
}
