#include "host/editor.h"

#include <lauxlib.h>

#include "host/edit.h"
#include "host/history.h"
#include "lua/args.h"

#define TYPE "luashot.editor"

static struct shot_edit **check(lua_State *L)
{
	struct shot_edit **handle = luaL_checkudata(L, 1, TYPE);
	luaL_argcheck(L, *handle, 1, "the editor is closed");
	return handle;
}

static int push_step(lua_State *L, struct shot_edit *edit, enum shot_edit_step step)
{
	static const char *const names[] = {"waits", "completes", "line", "end"};
	lua_pushstring(L, names[step]);
	if (step != SHOT_EDIT_LINE) {
		return 1;
	}
	size_t length;
	const char *text = shot_edit_text(edit, &length);
	lua_pushlstring(L, text, length);
	return 2;
}

static int begin(lua_State *L)
{
	struct shot_edit *edit = *check(L);
	const char *prompt = luaL_checkstring(L, 2);
	return push_step(L, edit, shot_edit_begin(edit, prompt));
}

static int feed(lua_State *L)
{
	struct shot_edit *edit = *check(L);
	return push_step(L, edit, shot_edit_feed(edit));
}

static int now(lua_State *L)
{
	size_t length, before;
	const char *text = shot_edit_now(*check(L), &length, &before);
	lua_pushlstring(L, text, length);
	lua_pushinteger(L, (lua_Integer)before);
	return 2;
}

static int insert(lua_State *L)
{
	shot_edit_insert(*check(L), luaL_checkstring(L, 2));
	return 0;
}

static int hide(lua_State *L)
{
	shot_edit_hide(*check(L));
	return 0;
}

static int show(lua_State *L)
{
	shot_edit_show(*check(L));
	return 0;
}

static int renew(lua_State *L)
{
	shot_edit_renew(*check(L));
	return 0;
}

static int cancel(lua_State *L)
{
	shot_edit_cancel(*check(L));
	return 0;
}

static int remember(lua_State *L)
{
	shot_edit_remember(*check(L), luaL_checkstring(L, 2));
	return 0;
}

static int close_editor(lua_State *L)
{
	struct shot_edit **handle = luaL_checkudata(L, 1, TYPE);
	shot_edit_destroy(*handle);
	*handle = NULL;
	return 0;
}

static void push_metatable(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"begin", begin},
		{"cancel", cancel},
		{"close", close_editor},
		{"feed", feed},
		{"hide", hide},
		{"insert", insert},
		{"now", now},
		{"remember", remember},
		{"renew", renew},
		{"show", show},
		{NULL, NULL},
	};
	if (luaL_newmetatable(L, TYPE)) {
		luaL_newlib(L, methods);
		lua_setfield(L, -2, "__index");
		lua_pushcfunction(L, close_editor);
		lua_setfield(L, -2, "__gc");
	}
}

static int open_editor(lua_State *L)
{
	struct shot_edit **handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = NULL;
	push_metatable(L);
	lua_setmetatable(L, -2);
	struct shot_error err;
	*handle = shot_edit_create(&err);
	return *handle ? 1 : shotL_fail(L, &err);
}

static int append(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	const char *line = luaL_checkstring(L, 2);
	size_t most = (size_t)luaL_checkinteger(L, 3);
	struct shot_error err;
	if (!shot_history_append(path, line, most, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

void shot_editor_push(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"append", append}, {"open", open_editor}, {NULL, NULL}};
	luaL_newlib(L, functions);
}
