#include "lua/file.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "lua/args.h"
#include "output/file.h"
#include "output/place.h"
#include "output/template.h"

const char *shotL_check_path(lua_State *L, int arg)
{
	size_t length;
	const char *path = luaL_checklstring(L, arg, &length);
	luaL_argcheck(L, strlen(path) == length, arg, "a path cannot hold a NUL byte");
	return path;
}

/* core.check_template(template) -> true; nil, message, code */
static int check_template(lua_State *L)
{
	const char *template = shotL_check_path(L, 1);
	const struct shot_template_fields fields = {.origin = {.source = "name"}};
	struct shot_path_buffer ignored;
	struct shot_error err;
	if (!shot_template_expand(template, &fields, &ignored, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* core.claim_file(path) -> whether it is new; nil, message, code */
static int claim_file(lua_State *L)
{
	bool is_new;
	struct shot_error err;
	if (!shot_file_claim(shotL_check_path(L, 1), &is_new, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, is_new);
	return 1;
}

/* core.write_file(path, bytes, is_kept) -> true; nil, message, code: as save, but it waits for the
 * reader of a pipe. With is_kept it replaces nothing, and waits for the disk. */
static int write_bytes(lua_State *L)
{
	size_t size;
	const char *path = shotL_check_path(L, 1), *bytes = luaL_checklstring(L, 2, &size);
	bool is_kept = lua_toboolean(L, 3);
	const struct shot_file_options options = {.mode = SHOT_MODE_USUAL,
		.clobber = is_kept ? SHOT_CLOBBER_ERROR : SHOT_CLOBBER_REPLACE,
		.is_synced = is_kept};
	struct shot_path_buffer buffer;
	struct shot_error err;
	if (snprintf(buffer.text, sizeof buffer.text, "%s", path) >= (int)sizeof buffer.text) {
		shot_fail_errno(&err, ENAMETOOLONG, "cannot write a file");
		return shotL_fail(L, &err);
	}
	if (!shot_file_save_all(&buffer, bytes, size, &options, NULL, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* core.folder_of(path) -> a descriptor of its folder, found as save does; nil, message, code */
static int folder_of(lua_State *L)
{
	struct shot_place place;
	struct shot_error err;
	if (!shot_place_find(shotL_check_path(L, 1), false, &place, &err)) {
		return shotL_fail(L, &err);
	}
	int folder = fcntl(place.folder, F_DUPFD_CLOEXEC, 0);
	int number = errno;
	shot_place_finish(&place);
	if (folder < 0) {
		shot_fail_errno(&err, number, "cannot open the folder");
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, folder);
	return 1;
}

/* core.is_shared(folder) -> whether everybody can put files into it */
static int is_shared(lua_State *L)
{
	struct stat info;
	lua_pushboolean(
		L, stat(shotL_check_path(L, 1), &info) != 0 || info.st_mode & (S_ISVTX | S_IWOTH));
	return 1;
}

void shotL_open_file(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"check_template", check_template},
		{"claim_file", claim_file},
		{"folder_of", folder_of},
		{"is_shared", is_shared},
		{"write_file", write_bytes},
		{NULL, NULL},
	};
	luaL_setfuncs(L, functions, 0);
}
