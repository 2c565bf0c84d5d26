#include "lua/open.h"

#include <lauxlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wait.h"
#include "capture/opener.h"
#include "lua/act.h"
#include "lua/args.h"
#include "lua/display.h"
#include "lua/preconnect.h"
#include "lua/sources.h"
#include "lua/wait.h"

#define DEFAULT_SLOTS 8
#define DEFAULT_BYTES (INT64_C(1) << 30)

static int begin(lua_State *L, struct shotL_display *handle, double patience);

/* Tries the next source, or returns the failures. A display that is reconnected, or was connected
 * ahead, stays with its source. */
static int go_elsewhere(
	lua_State *L, int index, struct shotL_display *handle, const struct shot_error *err)
{
	bool is_settled = handle->grabber || shotL_is_preconnected(L);
	const struct shot_source_kind *next =
		is_settled ? NULL
			   : shotL_next_source(handle->options.display, handle->options.kind);
	if (next) {
		handle->options.kind = next;
		handle->elsewhere = *err;
		lua_settop(L, index);
		return begin(L, handle, handle->opening_patience);
	}
	if (!handle->elsewhere.code) {
		return shotL_fail(L, err);
	}
	struct shot_error both;
	shot_fail(&both, err->code, "%.120s; %s", err->message, handle->elsewhere.message);
	return shotL_fail(L, &both);
}

/* Replaces the old grabber, if there is one, by the new one. */
static int finish(lua_State *L, int index, struct shotL_display *handle)
{
	struct shot_error err;
	struct shot_grabber *grabber = shot_opener_take(handle->opener, &err);
	shot_opener_destroy(handle->opener);
	handle->opener = NULL;
	if (!grabber) {
		return go_elsewhere(L, index, handle, &err);
	}
	handle->elsewhere.code = NULL;
	struct shot_grabber *before = handle->grabber;
	if (before) {
		shot_grabber_succeed(grabber, before);
	}
	handle->grabber = grabber;
	shot_grabber_close(before);
	lua_settop(L, index);
	lua_rotate(L, 1, 1);
	lua_settop(L, 1);
	return handle->wants_input ? shotL_begin_acting(L, handle) : 1;
}

/* The handle is at stack index `index`, the top of the stack. */
static int go_on(lua_State *L, int status, lua_KContext index)
{
	struct shotL_display *handle = lua_touserdata(L, (int)index);
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	for (;;) {
		if (!handle->opener) {
			return luaL_error(L, "the display was closed during the call");
		}
		int fd = shot_opener_fd(handle->opener);
		if (shot_wait_readable(fd, -1, 0) == SHOT_WAIT_READY) {
			return finish(L, (int)index, handle);
		}
		if (!in_time) {
			struct shot_error err;
			shot_opener_destroy(handle->opener);
			handle->opener = NULL;
			shot_fail(&err, "ETIMEDOUT",
				"%s did not answer within %g s (is it stopped, or grabbed by "
				"another client?)",
				handle->options.kind->server, handle->opening_patience);
			return go_elsewhere(L, (int)index, handle, &err);
		}
		in_time = shotL_waitk(L, fd, handle->deadline, index, go_on);
	}
}

static int begin(lua_State *L, struct shotL_display *handle, double patience)
{
	struct shot_error err;
	handle->opening_patience = patience;
	handle->deadline = shot_deadline_in(patience);
	struct shot_grabber_options options = handle->options;
	if (!shotL_preconnect_take(L, options.display, &options.ready, &err)) {
		return shotL_fail(L, &err);
	}
	if (options.ready) {
		options.kind = handle->options.kind = options.ready->kind;
	}
	handle->opener = shot_opener_begin(&options, &err);
	return handle->opener ? go_on(L, LUA_OK, lua_gettop(L)) : shotL_fail(L, &err);
}

static void check_mask(lua_State *L, struct shot_mask *mask)
{
	size_t count;
	const struct shot_rect *rects =
		shotL_field_rects(L, 1, "mask", NULL, SHOT_MASK_RECTS, &count);
	if (count > 0) {
		memcpy(mask->rects, rects, count * sizeof *rects);
	}
	mask->count = (unsigned)count;
	lua_settop(L, 1);
}

int shotL_open(lua_State *L)
{
	static const char *const names[] = {"display", "slots", "bytes", "path", "timeout",
		"damage", "refresh", "cursor", "mask", "input", NULL};
	const char *paths[SHOTL_PATHS];
	shotL_list_paths(paths);
	lua_settop(L, 1);
	shotL_check_options(L, 1, names);
	struct shot_grabber_options options = {
		.display = shotL_field_string(L, 1, "display", NULL),
		.slots = (unsigned)shotL_field_integer(
			L, 1, "slots", DEFAULT_SLOTS, 1, SHOT_POOL_SLOTS_MAX),
		.bytes = shotL_field_size(L, 1, "bytes", DEFAULT_BYTES, INT64_C(1) << 46),
		.damage = shotL_field_boolean(L, 1, "damage", false),
		.cursor = shotL_field_boolean(L, 1, "cursor", false),
		.refresh_s = shotL_field_duration(L, 1, "refresh", 0),
	};
	int path = shotL_field_choice(L, 1, "path", -1, paths);
	options.path = path < 0 ? NULL : paths[path];
	options.kind = shotL_find_source(options.display);
	bool wants_input = shotL_field_boolean(L, 1, "input", false);
	if (wants_input && shotL_is_preconnected(L)) {
		struct shot_error err;
		shot_fail(&err, "ESANDBOX", "a sandbox only looks: input = true is not for it");
		return shotL_fail(L, &err);
	}
	double patience = shotL_field_duration(L, 1, "timeout", SHOTL_PATIENCE);
	check_mask(L, &options.mask);
	struct shotL_display *handle = lua_newuserdatauv(L, sizeof *handle, SHOTL_DISPLAY_SPARE);
	*handle = (struct shotL_display){0};
	luaL_setmetatable(L, SHOTL_DISPLAY);
	shotL_count_received(L);
	if (options.display) { /* the user value keeps the string */
		options.display = lua_pushstring(L, options.display);
		lua_setiuservalue(L, 2, SHOTL_DISPLAY_NAME);
	}
	handle->options = options;
	handle->patience = patience;
	handle->wants_input = wants_input;
	return begin(L, handle, patience);
}

int shotL_display_reconnect(lua_State *L)
{
	shotL_check_display(L, 1);
	double patience =
		lua_isnoneornil(L, 2) ? shotL_display_patience(L, 1) : shotL_check_duration(L, 2);
	lua_settop(L, 1);
	struct shotL_display *handle = lua_touserdata(L, 1);
	if (handle->opener) {
		struct shot_error err;
		shot_fail(&err, "EBUSY", "the display is already being reconnected");
		return shotL_fail(L, &err);
	}
	return begin(L, handle, patience);
}
