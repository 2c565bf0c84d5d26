/* Row 7's reader of pixels, as a Lua module of somebody else's: require "sum"(frame) is the sum of
 * the frame's bytes, read where they are. */
#include "lua/luashot.h"
#include "sum.h"

static int sum(lua_State *L)
{
	struct luashot_view view;
	const struct luashot_api *api = luashot_check_view(L, 1, &view);
	uint64_t total = 0;
	size_t row = (size_t)view.width * 4;
	if (view.stride == row) {
		total = bench_sum(view.data, row * (size_t)view.height);
	} else {
		for (int32_t y = 0; y < view.height; y++) {
			total += bench_sum(view.data + (size_t)y * view.stride, row);
		}
	}
	api->unref(view.owner);
	lua_pushinteger(L, (lua_Integer)total);
	return 1;
}

int luaopen_sum(lua_State *L);

__attribute__((visibility("default"))) int luaopen_sum(lua_State *L)
{
	lua_pushcfunction(L, sum);
	return 1;
}
