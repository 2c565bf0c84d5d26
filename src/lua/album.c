#include "lua/album.h"

#include <errno.h>
#include <lauxlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lua/args.h"
#include "lua/encode.h"
#include "lua/file.h"
#include "lua/save_async.h"
#include "lua/type.h"
#include "output/album.h"

#define TYPE "luashot.album"

static int *self(lua_State *L, int arg)
{
	return luaL_checkudata(L, arg, TYPE);
}

int shotL_check_album(lua_State *L, int arg)
{
	int folder = *self(L, arg);
	luaL_argcheck(L, folder >= 0, arg, "the album is closed");
	return folder;
}

static int album_close(lua_State *L)
{
	int *folder = self(L, 1);
	if (*folder >= 0) {
		close(*folder);
		*folder = -1;
	}
	return 0;
}

static int album_changed(lua_State *L)
{
	struct stat about;
	struct shot_error err;
	if (fstat(shotL_check_album(L, 1), &about) < 0) {
		shot_fail_errno(&err, errno, "cannot look at the folder");
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, (lua_Integer)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec);
	return 1;
}

struct order {
	int folder;
	unsigned most;	  /* of a list */
	const char *name; /* of one picture */
	struct shot_save_options options;
};

static struct shot_save *make_list(void *what, struct shot_error *err)
{
	const struct order *order = what;
	return shot_album_list(order->folder, order->most, err);
}

static struct shot_save *make_picture(void *what, struct shot_error *err)
{
	const struct order *order = what;
	int fd = shot_album_open_picture(order->folder, order->name, err);
	return fd < 0 ? NULL : shot_album_encode(fd, order->name, &order->options, err);
}

static int album_list(lua_State *L)
{
	struct order order = {.folder = shotL_check_album(L, 1)};
	lua_Integer most = luaL_checkinteger(L, 2);
	luaL_argcheck(L, most >= 1 && most <= SHOT_ALBUM_MOST, 2, "1 to 256 expected");
	order.most = (unsigned)most;
	luaL_checktype(L, 3, LUA_TFUNCTION);
	return shotL_begin_save(L, 3, make_list, &order);
}

static int album_encode(lua_State *L)
{
	struct order order = {.folder = shotL_check_album(L, 1), .name = shotL_check_path(L, 2)};
	const struct shot_frame nothing = {0};
	order.options.codec =
		shotL_check_encode(L, 3, &nothing, &order.options.encode, &order.options.width);
	luaL_checktype(L, 5, LUA_TFUNCTION);
	return shotL_begin_save(L, 5, make_picture, &order);
}

static int open_album(lua_State *L)
{
	const char *path = shotL_check_path(L, 1);
	int *folder = lua_newuserdatauv(L, sizeof *folder, 0);
	*folder = -1;
	luaL_setmetatable(L, TYPE);
	struct shot_error err;
	*folder = shot_album_open(path, &err);
	return *folder < 0 ? shotL_fail(L, &err) : 1;
}

void shotL_open_album(lua_State *L)
{
	static const luaL_Reg methods[] = {{"changed", album_changed}, {"close", album_close},
		{"encode", album_encode}, {"list", album_list}, {NULL, NULL}};
	static const luaL_Reg ends[] = {
		{"__gc", album_close}, {"__close", album_close}, {NULL, NULL}};
	shotL_new_type(L, TYPE, ends, "an album", methods);
	lua_pushcfunction(L, open_album);
	lua_setfield(L, -2, "album");
}
