#include "lua/ring_item.h"

#include <lauxlib.h>
#include <string.h>

#include "lua/args.h"
#include "lua/frame.h"
#include "lua/names.h"
#include "lua/ring_view.h"
#include "lua/type.h"

#define TYPE "luashot.zerobuffer.item"

struct zb_item **shotL_new_item(lua_State *L)
{
	struct zb_item **handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = NULL;
	luaL_setmetatable(L, TYPE);
	return handle;
}

const struct zb_item *shotL_test_item(lua_State *L, int index)
{
	struct zb_item **handle = luaL_testudata(L, index, TYPE);
	return handle ? *handle : NULL;
}

static struct zb_item *check_item(lua_State *L)
{
	struct zb_item **handle = shotL_check_self(L, TYPE);
	if (!*handle) {
		luaL_error(L, "attempt to use a released item");
	}
	return *handle;
}

static int item_release(lua_State *L)
{
	struct zb_item **handle = shotL_check_self(L, TYPE);
	struct zb_item *item = *handle;
	*handle = NULL;
	shot_owner_unref(item ? &item->owner : NULL);
	return 0;
}

static int fail_corrupt(lua_State *L, const struct zb_item *item)
{
	struct shot_error err;
	shot_fail(&err, "ECORRUPT", "frame %llu is lost: its ring has been truncated",
		(unsigned long long)item->sequence);
	return shotL_fail(L, &err);
}

static int item_bytes(lua_State *L)
{
	const struct zb_item *item = check_item(L);
	lua_pushlstring(L, (const char *)item->data, item->size);
	item = check_item(L); /* a finalizer may have released it */
	return zb_item_is_corrupt(item) ? fail_corrupt(L, item) : 1;
}

/* item:view{width=, height=, format=, stride=, offset=} */
static int item_view(lua_State *L)
{
	check_item(L);
	struct shot_view view;
	uint64_t offset;
	shotL_check_view_of_bytes(L, 2, &view, &offset);
	struct shotL_frame *handle = shotL_new_frame(L);
	struct zb_item *item = check_item(L); /* a call in between may have released it */
	view.data = (uint8_t *)item->data;
	view.owner = &item->owner;
	struct shot_error err;
	if (!shotL_place_view(&view, offset, item->size, &err)) {
		return shotL_fail(L, &err);
	}
	shotL_set_view(handle, &view, zb_reader_name(item->reader));
	return 1;
}

static int item_size(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)check_item(L)->size);
	return 1;
}

/* Methods by the table in the upvalue, and fields. */
static int item_index(lua_State *L)
{
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
		return 1;
	}
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	if (strcmp(key, "size") == 0) {
		return item_size(L);
	}
	const struct zb_item *item = check_item(L);
	if (strcmp(key, "sequence") != 0) {
		static const int methods = lua_upvalueindex(1);
		shotL_raise_unknown(L, "an item", 2, &methods, 1);
	}
	lua_pushinteger(L, (lua_Integer)item->sequence);
	return 1;
}

static int item_tostring(lua_State *L)
{
	struct zb_item **handle = luaL_checkudata(L, 1, TYPE);
	if (*handle) {
		lua_pushfstring(L, "item %I (%I bytes)", (lua_Integer)(*handle)->sequence,
			(lua_Integer)(*handle)->size);
	} else {
		lua_pushliteral(L, "item (released)");
	}
	return 1;
}

void shotL_open_ring_item(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"bytes", item_bytes},
		{"release", item_release},
		{"view", item_view},
		{NULL, NULL},
	};
	static const luaL_Reg meta[] = {
		{"__close", item_release},
		{"__gc", item_release},
		{"__len", item_size},
		{"__tostring", item_tostring},
		{NULL, NULL},
	};
	luaL_newmetatable(L, TYPE);
	lua_pushvalue(L, -1);
	luaL_setfuncs(L, meta, 1);
	luaL_newlibtable(L, methods);
	lua_pushvalue(L, -2);
	luaL_setfuncs(L, methods, 1);
	lua_pushcclosure(L, item_index, 1);
	lua_setfield(L, -2, "__index");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}
