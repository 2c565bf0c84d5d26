#include "lua/sixel.h"

#include "codec/sixel.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/save.h"

static int sixel(lua_State *L)
{
	shotL_check_frame(L, 1);
	struct shot_blob *blob = shotL_new_blob(L);
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	struct shot_error err;
	if (!shot_sixel_encode(&frame->view, blob, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushlstring(L, (const char *)blob->data, blob->size);
	shot_blob_finish(blob);
	return 1;
}

void shotL_open_sixel(lua_State *L)
{
	lua_pushcfunction(L, sixel);
	lua_setfield(L, -2, "sixel");
}
