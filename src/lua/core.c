/* The module "luashot.core": each concept adds its functions to one table. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>

#include "base/nearest.h"
#include "lua/act.h"
#include "lua/album.h"
#include "lua/args.h"
#include "lua/base64.h"
#include "lua/bytes.h"
#include "lua/clock.h"
#include "lua/compare.h"
#include "lua/display_methods.h"
#include "lua/encode.h"
#include "lua/file.h"
#include "lua/frame.h"
#include "lua/frame_methods.h"
#include "lua/frames.h"
#include "lua/http.h"
#include "lua/load.h"
#include "lua/luashot.h"
#include "lua/match.h"
#include "lua/mqtt.h"
#include "lua/pending.h"
#include "lua/pipe.h"
#include "lua/poller.h"
#include "lua/preconnect.h"
#include "lua/publish.h"
#include "lua/recording.h"
#include "lua/ring_item.h"
#include "lua/ring_open.h"
#include "lua/ring_reservation.h"
#include "lua/save.h"
#include "lua/save_async.h"
#include "lua/terminal.h"
#include "lua/type.h"
#include "lua/untaken.h"
#include "lua/wait.h"
#include "lua/wall_timer.h"
#include "lua/watch.h"
#include "lua/window.h"
#include "lua/words.h"

static int test_view(lua_State *L, int index, struct luashot_view *out)
{
	const struct shot_view *view = shotL_test_view(L, index);
	if (!view) {
		return 0;
	}
	shot_view_ref(view);
	*out = (struct luashot_view){
		.data = view->data,
		.width = view->width,
		.height = view->height,
		.stride = view->stride,
		.format = shot_format_name(view->format),
		.owner = view->owner,
	};
	return 1;
}

static void ref(void *owner)
{
	shot_owner_ref(owner);
}

static void unref(void *owner)
{
	shot_owner_unref(owner);
}

static int test_item(lua_State *L, int index, struct luashot_bytes *out)
{
	const struct zb_item *item = shotL_test_item(L, index);
	if (!item) {
		return 0;
	}
	struct shot_owner *owner = (struct shot_owner *)&item->owner;
	shot_owner_ref(owner);
	*out = (struct luashot_bytes){(uint8_t *)item->data, item->size, owner};
	return 1;
}

static int test_reservation(lua_State *L, int index, struct luashot_bytes *out)
{
	struct zb_reservation *place = shotL_test_reservation(L, index);
	if (!place) {
		return 0;
	}
	shot_owner_ref(&place->owner);
	*out = (struct luashot_bytes){place->data, place->size, &place->owner};
	return 1;
}

static uint64_t commit(void *owner, char *why, size_t room)
{
	struct shot_error err;
	uint64_t sequence;
	if (zb_reservation_commit(owner, &sequence, &err)) {
		return sequence;
	}
	snprintf(why, room, "%s: %s", err.code, err.message);
	return 0;
}

static void publish_api(lua_State *L)
{
	static const struct luashot_api api = {
		.test_view = test_view,
		.ref = ref,
		.unref = unref,
		.test_item = test_item,
		.test_reservation = test_reservation,
		.commit = commit,
	};
	lua_pushlightuserdata(L, (void *)&api);
	lua_setfield(L, LUA_REGISTRYINDEX, LUASHOT_API);
}

/* core.set_waiter(fn | nil, [others, rest]): see lua/wait.h; the scheduler calls it. */
static int set_waiter(lua_State *L)
{
	if (!lua_isnoneornil(L, 1)) {
		luaL_checktype(L, 1, LUA_TFUNCTION);
	}
	int others = (int)luaL_optinteger(L, 2, -1);
	lua_settop(L, 3);
	lua_remove(L, 2);
	shotL_set_waiter(L, others);
	return 0;
}

/* The strings of the list at `arg`, NULL-terminated, in pushed memory of Lua; the list keeps them.
 * Raises when an element is not a string. */
static const char *const *push_names(lua_State *L, int arg)
{
	luaL_checktype(L, arg, LUA_TTABLE);
	lua_Unsigned count = lua_rawlen(L, arg);
	const char **names = lua_newuserdatauv(L, (count + 1) * sizeof *names, 0);
	for (lua_Unsigned i = 0; i < count; i++) {
		lua_rawgeti(L, arg, (lua_Integer)i + 1);
		names[i] = luaL_checkstring(L, -1);
		lua_pop(L, 1);
	}
	names[count] = NULL;
	return names;
}

static int check_names(lua_State *L)
{
	shotL_check_options(L, 1, push_names(L, 2));
	return 0;
}

/* core.check_options(options | nil, names, level): checks options as the functions in C do. Errors
 * point at the level, as `error` counts it; the default is 2. */
static int check_options(lua_State *L)
{
	int level = (int)luaL_optinteger(L, 3, 2);
	lua_settop(L, 2);
	luaL_where(L, level);
	if (!lua_isnil(L, 1) && !lua_istable(L, 1)) { /* the wrong argument is another function's */
		lua_pushfstring(L, "a table of options expected, got %s", luaL_typename(L, 1));
		lua_concat(L, 2);
		return lua_error(L);
	}
	lua_pushcfunction(L, check_names);
	lua_pushvalue(L, 1);
	lua_pushvalue(L, 2);
	if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
		lua_concat(L, 2);
		return lua_error(L);
	}
	return 0;
}

/* core.nearest(wrong, names) -> name | nil */
static int nearest(lua_State *L)
{
	const char *wrong = luaL_checkstring(L, 1);
	lua_settop(L, 2);
	lua_pushstring(L, shot_nearest(wrong, push_names(L, 2)));
	return 1;
}

int luaopen_luashot_core(lua_State *L);

__attribute__((visibility("default"))) int luaopen_luashot_core(lua_State *L)
{
	luaL_checkversion(L);
	publish_api(L);
	lua_newtable(L);
	lua_pushliteral(L, LUASHOT_VERSION);
	lua_setfield(L, -2, "version");
	lua_pushcfunction(L, check_options);
	lua_setfield(L, -2, "check_options");
	lua_pushcfunction(L, shotL_duration);
	lua_setfield(L, -2, "duration");
	lua_pushcfunction(L, nearest);
	lua_setfield(L, -2, "nearest");
	lua_pushcfunction(L, set_waiter);
	lua_setfield(L, -2, "set_waiter");
	shotL_open_untaken(L);
	shotL_open_wall_timer(L);
	shotL_open_clock(L);
	shotL_open_encode(L);
	shotL_open_file(L);
	shotL_open_save(L);
	shotL_open_save_async(L);
	shotL_open_recording(L);
	shotL_open_frame(L);
	shotL_open_memory(L);
	shotL_open_bytes(L);
	shotL_open_compare(L);
	shotL_open_preconnect(L);
	shotL_open_load(L);
	shotL_open_pending(L);
	shotL_open_poller(L);
	shotL_open_frames(L);
	shotL_open_watch(L);
	shotL_open_window(L);
	shotL_open_words(L);
	shotL_open_publish(L);
	shotL_open_album(L);
	shotL_open_base64(L);
	shotL_open_pipe(L);
	shotL_open_match(L);
	shotL_open_act(L);
	shotL_open_display(L);
	shotL_open_terminal(L);
	shotL_open_zerobuffer(L);
#ifdef LUASHOT_HTTP
	shotL_open_http(L);
#endif
#ifdef LUASHOT_MQTT
	shotL_open_mqtt(L);
#endif
	return 1;
}
