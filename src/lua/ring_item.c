#include "lua/ring_item.h"

#include <lauxlib.h>
#include <string.h>

#include "lua/args.h"
#include "lua/frame.h"
#include "lua/names.h"
#include "lua/ring_view.h"
#include "lua/type.h"

/* A guarded item has a type of its own, the same but for __gc. It loses that again when it is
 * released: the collector then calls nothing for it, which would cost as much as reading a small
 * frame. */
#define TYPE "luashot.zerobuffer.item"
#define GUARDED "luashot.zerobuffer.item.guarded"

void shotL_push_item_type(lua_State *L)
{
	luaL_getmetatable(L, TYPE);
}

void shotL_push_guarded_type(lua_State *L)
{
	luaL_getmetatable(L, GUARDED);
}

struct zb_item **shotL_new_item(lua_State *L, int type)
{
	struct zb_item **handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = NULL;
	lua_pushvalue(L, type);
	lua_setmetatable(L, -2);
	return handle;
}

static struct zb_item **test_handle(lua_State *L, int index)
{
	struct zb_item **handle = luaL_testudata(L, index, TYPE);
	return handle ? handle : luaL_testudata(L, index, GUARDED);
}

const struct zb_item *shotL_test_item(lua_State *L, int index)
{
	struct zb_item **handle = test_handle(L, index);
	return handle ? *handle : NULL;
}

static void release(struct zb_item **handle)
{
	struct zb_item *item = *handle;
	*handle = NULL;
	shot_owner_unref(item ? &item->owner : NULL);
}

void shotL_release_item(lua_State *L, int index)
{
	struct zb_item **handle = test_handle(L, index);
	if (handle) {
		release(handle);
	}
}

/* The handle at index 1 of a method, whose first upvalues are the types. */
static struct zb_item **check_handle(lua_State *L, bool *is_guarded)
{
	struct zb_item **handle = lua_touserdata(L, 1);
	bool is_plain = false;
	*is_guarded = false;
	if (handle && lua_getmetatable(L, 1)) {
		is_plain = lua_rawequal(L, -1, lua_upvalueindex(1));
		*is_guarded = !is_plain && lua_rawequal(L, -1, lua_upvalueindex(2));
		lua_pop(L, 1);
	}
	return is_plain || *is_guarded ? handle : luaL_checkudata(L, 1, TYPE);
}

static struct zb_item *live(lua_State *L, struct zb_item *const *handle)
{
	if (!*handle) {
		luaL_error(L, "attempt to use a released item");
	}
	return *handle;
}

/* The item of a method, which scripts may call with any value. */
static struct zb_item *check_item(lua_State *L)
{
	bool is_guarded;
	return live(L, check_handle(L, &is_guarded));
}

/* The item of __len or __index. Lua calls them with an item; scripts reach them only by the debug
 * library. A check would cost a twentieth of reading a small frame. */
static struct zb_item *own_item(lua_State *L)
{
	return live(L, lua_touserdata(L, 1));
}

static int item_release(lua_State *L)
{
	bool is_guarded;
	struct zb_item **handle = check_handle(L, &is_guarded);
	if (is_guarded) {
		lua_pushvalue(L, lua_upvalueindex(1));
		lua_setmetatable(L, 1);
	}
	release(handle);
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
	lua_pushinteger(L, (lua_Integer)own_item(L)->size);
	return 1;
}

/* Methods by the table in the third upvalue, and fields. */
static int item_index(lua_State *L)
{
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(3)) != LUA_TNIL) {
		return 1;
	}
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	if (strcmp(key, "size") == 0) {
		return item_size(L);
	}
	const struct zb_item *item = own_item(L);
	if (strcmp(key, "sequence") != 0) {
		static const int methods = lua_upvalueindex(3);
		shotL_raise_unknown(L, "an item", 2, &methods, 1);
	}
	lua_pushinteger(L, (lua_Integer)item->sequence);
	return 1;
}

static int item_tostring(lua_State *L)
{
	bool is_guarded;
	struct zb_item *const *handle = check_handle(L, &is_guarded);
	if (*handle) {
		lua_pushfstring(L, "item %I (%I bytes)", (lua_Integer)(*handle)->sequence,
			(lua_Integer)(*handle)->size);
	} else {
		lua_pushliteral(L, "item (released)");
	}
	return 1;
}

/* Sets functions of the table on top of the stack, with both types as their upvalues. */
static void set_functions(lua_State *L, int types, const luaL_Reg *functions)
{
	lua_pushvalue(L, types);
	lua_pushvalue(L, types + 1);
	luaL_setfuncs(L, functions, 2);
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
		{"__len", item_size},
		{"__tostring", item_tostring},
		{NULL, NULL},
	};
	static const luaL_Reg finalizer[] = {{"__gc", item_release}, {NULL, NULL}};
	int types = lua_gettop(L) + 1;
	luaL_newmetatable(L, TYPE);
	luaL_newmetatable(L, GUARDED);
	luaL_newlibtable(L, methods);
	set_functions(L, types, methods);
	for (int type = types; type <= types + 1; type++) {
		lua_pushvalue(L, type);
		set_functions(L, types, meta);
		lua_pushvalue(L, types);
		lua_pushvalue(L, types + 1);
		lua_pushvalue(L, types + 2);
		lua_pushcclosure(L, item_index, 3);
		lua_setfield(L, -2, "__index");
		lua_pushliteral(L, TYPE);
		lua_setfield(L, -2, "__name");
		lua_pushboolean(L, 0);
		lua_setfield(L, -2, "__metatable");
		lua_pop(L, 1);
	}
	lua_pushvalue(L, types + 1);
	set_functions(L, types, finalizer);
	lua_settop(L, types - 1);
}
