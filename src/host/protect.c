#include "host/protect.h"

#include <lauxlib.h>

#include "host/interrupt.h"

/* The context of a call: the number of values at the bottom of the stack that are not results, and
 * whether an interrupt was in progress at the start. A later interrupt is passed on. During an
 * interrupt, __close functions run, and may catch errors by their own pcall. */
enum { HANDLER = 2, UNDER_WAY = 4 };

static lua_KContext context(lua_KContext below)
{
	return below | (shot_interrupt_is_raised() ? UNDER_WAY : 0);
}

static int finish(lua_State *L, int status, lua_KContext call)
{
	if (status == LUA_OK || status == LUA_YIELD) {
		return lua_gettop(L) - (int)(call & HANDLER);
	}
	if (shot_interrupt_is_raised() && !(call & UNDER_WAY)) {
		return lua_error(L);
	}
	lua_pushboolean(L, 0);
	lua_insert(L, -2);
	return 2;
}

static int protected_call(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushboolean(L, 1); /* the first result if all goes well */
	lua_insert(L, 1);
	lua_KContext call = context(0);
	return finish(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, call, finish), call);
}

static int protected_call_with_handler(lua_State *L)
{
	int top = lua_gettop(L);
	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_pushboolean(L, 1);
	lua_pushvalue(L, 1);
	lua_rotate(L, 3, 2); /* function, handler, true, function, arguments */
	lua_KContext call = context(HANDLER);
	return finish(L, lua_pcallk(L, top - 2, LUA_MULTRET, 2, call, finish), call);
}

/* For the host: when the called function returns, the interrupt is handled. */
static int catching_call(lua_State *L)
{
	lua_pushboolean(L, 1);
	lua_insert(L, 1);
	int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
	shot_interrupt_settle(L);
	return finish(L, status, UNDER_WAY);
}

void shot_protect_push_catch(lua_State *L)
{
	lua_pushcfunction(L, catching_call);
}

void shot_protect_install(lua_State *L)
{
	lua_register(L, "pcall", protected_call);
	lua_register(L, "xpcall", protected_call_with_handler);
}
