#include "host/luv.h"

#include <luv/luv.h>
#include <uv.h>

const struct shot_luv *shot_luv_load(lua_State *L)
{
	static const struct shot_luv luv = {
		.open = luaopen_luv,
		.set_loop = luv_set_loop,
		.set_callback = luv_set_callback,
		.loop_size = uv_loop_size,
		.loop_init = uv_loop_init,
		.loop_close = uv_loop_close,
		.stop = uv_stop,
		.loop_alive = uv_loop_alive,
		.update_time = uv_update_time,
		.backend_timeout = uv_backend_timeout,
		.strerror = uv_strerror,
	};
	(void)L;
	return &luv;
}
