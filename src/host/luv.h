/* luv and its libuv: linked if the system has them as libraries for this Lua (luv_linked.c), else
 * those of the C module "luv" on package.cpath (luv_module.c). The loop must come from the same
 * libuv that luv calls. */
#ifndef SHOT_HOST_LUV_H
#define SHOT_HOST_LUV_H

#include <stddef.h>

#include <lua.h>

struct uv_loop_s;

/* Each function has the signature of luv.h and uv.h. */
struct shot_luv {
	lua_CFunction open;
	void (*set_loop)(lua_State *L, struct uv_loop_s *loop);
	void (*set_callback)(
		lua_State *L, int (*call)(lua_State *L, int nargs, int nresults, int flags));
	size_t (*loop_size)(void);
	int (*loop_init)(struct uv_loop_s *loop);
	int (*loop_close)(struct uv_loop_s *loop);
	void (*stop)(struct uv_loop_s *loop);
	int (*loop_alive)(const struct uv_loop_s *loop);
	void (*update_time)(struct uv_loop_s *loop);
	int (*backend_timeout)(const struct uv_loop_s *loop);
	const char *(*strerror)(int number);
};

/* Static. Raises an error when the module is missing or hides a function. */
const struct shot_luv *shot_luv_load(lua_State *L);

#endif
