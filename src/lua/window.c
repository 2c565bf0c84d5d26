#include "lua/window.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "capture/source.h"
#include "lua/args.h"
#include "lua/display.h"
#include "lua/type.h"
#include "lua/wait.h"

#define TYPE "luashot.windows"
#define SHOWN 32 /* bytes of a title in a message */

/* The stack of display:windows(), also across a yield. */
enum { DISPLAY = 1, QUERY };

static bool has(lua_State *L, int arg, const char *name)
{
	bool there = lua_getfield(L, arg, name) != LUA_TNIL;
	lua_pop(L, 1);
	return there;
}

/* Reads the id of {window = 0x1400007}, and of the tables of display:windows(). */
static uint32_t check_id(lua_State *L, int arg, const char *name)
{
	return (uint32_t)shotL_field_integer(L, arg, name, 0, 1, UINT32_MAX);
}

static bool is_active_wanted(lua_State *L, int arg)
{
	bool is_string = lua_getfield(L, arg, "window") == LUA_TSTRING;
	if (is_string && strcmp(lua_tostring(L, -1), "active") != 0) {
		luaL_error(L, "option 'window': an id or \"active\" expected, got '%s'",
			lua_tostring(L, -1));
	}
	lua_pop(L, 1);
	return is_string;
}

/* Reads the part of the window: none of the four fields, or at least a size. */
static struct shot_rect check_part(lua_State *L, int arg)
{
	struct shot_rect part = shotL_check_rect(L, arg);
	bool is_given = has(L, arg, "x") || has(L, arg, "y") || has(L, arg, "width") ||
			has(L, arg, "height");
	if (is_given && shot_rect_is_empty(part)) {
		luaL_error(L, "a part of a window needs width and height");
	}
	return part;
}

bool shotL_test_window(lua_State *L, int arg, struct shot_target *target)
{
	static const char *const names[] = {
		"window", "title", "class", "obscured", "x", "y", "width", "height", NULL};
	bool by_window = has(L, arg, "window");
	bool by_pattern = has(L, arg, "title") || has(L, arg, "class");
	bool is_listed = !by_window && has(L, arg, "id");
	if (!by_window && !by_pattern && !is_listed) {
		return false;
	}
	*target = (struct shot_target){.kind = SHOT_TARGET_WINDOW};
	target->is_obscured = shotL_field_boolean(L, arg, "obscured", false);
	if (is_listed) {
		target->window = check_id(L, arg, "id");
		return true;
	}
	shotL_check_options(L, arg, names);
	target->rect = check_part(L, arg);
	shotL_field_string(L, arg, "title", NULL);
	shotL_field_string(L, arg, "class", NULL);
	if (by_window && by_pattern) {
		luaL_error(L, "a window is given by its id, or by title and class, not by both");
	}
	if (by_window && !is_active_wanted(L, arg)) {
		target->window = check_id(L, arg, "window");
	}
	return true;
}

void shotL_push_wanted(lua_State *L, int arg)
{
	lua_createtable(L, 0, 2);
	lua_getfield(L, arg, "title");
	lua_setfield(L, -2, "title");
	lua_getfield(L, arg, "class");
	lua_setfield(L, -2, "class");
}

bool shotL_wants_list(lua_State *L)
{
	int wanted = lua_gettop(L);
	return has(L, wanted, "title") || has(L, wanted, "class");
}

/* Whether a text fits the pattern in a field of the table at `wanted`; without a pattern, any text
 * fits. */
static bool fits(lua_State *L, int wanted, const char *field, const char *text)
{
	if (lua_getfield(L, wanted, field) == LUA_TNIL) {
		lua_pop(L, 1);
		return true;
	}
	int pattern = lua_gettop(L);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	if (lua_getfield(L, -1, "string") != LUA_TTABLE ||
		lua_getfield(L, -1, "find") != LUA_TFUNCTION) {
		luaL_error(L, "patterns need the library 'string'");
	}
	lua_pushstring(L, text);
	lua_pushvalue(L, pattern);
	lua_call(L, 2, 1);
	bool found = !lua_isnil(L, -1);
	lua_settop(L, pattern - 1);
	return found;
}

/* "a title like 'x' and a class like 'y'" */
static void push_description(lua_State *L, int wanted)
{
	static const char *const fields[] = {"title", "class"};
	luaL_Buffer text;
	luaL_buffinit(L, &text);
	const char *between = "";
	for (int i = 0; i < 2; i++) {
		if (has(L, wanted, fields[i])) {
			lua_getfield(L, wanted, fields[i]);
			lua_pushfstring(
				L, "%sa %s like '%s'", between, fields[i], lua_tostring(L, -1));
			lua_remove(L, -2);
			luaL_addvalue(&text);
			between = " and ";
		}
	}
	luaL_pushresult(&text);
}

/* The bytes of a title to show: whole characters, whose later bytes begin with the bits 10. */
static int shown(const char *title)
{
	size_t size = strnlen(title, SHOWN);
	while (size > 0 && ((unsigned char)title[size] & 0xc0) == 0x80) {
		size--;
	}
	return (int)size;
}

struct candidates {
	char text[160];
	size_t used;
	unsigned count;
	uint32_t last;
};

static void add(struct candidates *candidates, const struct shot_window *window)
{
	size_t room = sizeof candidates->text - candidates->used;
	int used = snprintf(candidates->text + candidates->used, room, "%s0x%x '%.*s'",
		candidates->count ? ", " : "", window->id, shown(window->title), window->title);
	if ((size_t)used < room) {
		candidates->used += (size_t)used;
	} else {
		candidates->text[candidates->used] = '\0'; /* no partial entry */
	}
	candidates->count++;
	candidates->last = window->id;
}

static bool fail_ambiguous(
	const struct candidates *candidates, const char *description, struct shot_error *err)
{
	return shot_fail(err, "EAMBIGUOUS", "%u windows have %.60s: %s", candidates->count,
		description, candidates->text);
}

static uint32_t find_active(const struct shot_windows *windows, struct shot_error *err)
{
	if (!windows->active) {
		shot_fail(err, "ENOWINDOW", "no window is active");
	}
	return windows->active;
}

uint32_t shotL_find_window(lua_State *L, const struct shot_windows *windows, struct shot_error *err)
{
	int wanted = lua_gettop(L);
	struct candidates candidates = {.text = ""};
	if (!shotL_wants_list(L)) {
		lua_pop(L, 1);
		return find_active(windows, err);
	}
	for (size_t i = 0; i < windows->count; i++) {
		const struct shot_window *window = &windows->list[i];
		if (fits(L, wanted, "title", window->title) &&
			fits(L, wanted, "class", window->class_name)) {
			add(&candidates, window);
		}
	}
	push_description(L, wanted);
	if (candidates.count == 0) {
		shot_fail(err, "ENOWINDOW", "no window has %.160s (there %s %zu window%s)",
			lua_tostring(L, -1), windows->count == 1 ? "is" : "are", windows->count,
			windows->count == 1 ? "" : "s");
	} else if (candidates.count > 1) {
		fail_ambiguous(&candidates, lua_tostring(L, -1), err);
	}
	lua_settop(L, wanted - 1);
	return candidates.count == 1 ? candidates.last : 0;
}

static void push_window(lua_State *L, const struct shot_window *window)
{
	lua_createtable(L, 0, 11);
	shotL_set_integer(L, "id", window->id);
	shotL_set_string(L, "title", window->title);
	shotL_set_string(L, "class", window->class_name);
	shotL_set_string(L, "instance", window->instance);
	shotL_set_integer(L, "x", window->rect.x);
	shotL_set_integer(L, "y", window->rect.y);
	shotL_set_integer(L, "width", window->rect.width);
	shotL_set_integer(L, "height", window->rect.height);
	shotL_set_boolean(L, "active", window->is_active);
	shotL_set_boolean(L, "visible", window->is_viewable);
	if (window->pid) {
		shotL_set_integer(L, "pid", window->pid);
	}
}

static int push_list(lua_State *L, const struct shot_windows *windows)
{
	lua_createtable(L, (int)windows->count, 0);
	for (size_t i = 0; i < windows->count; i++) {
		push_window(L, &windows->list[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static int go_on(lua_State *L, int status, lua_KContext deadline)
{
	struct shot_windows *windows = *(struct shot_windows **)lua_touserdata(L, QUERY);
	bool in_time = status != LUA_YIELD || shotL_waited(L);
	if (!windows) {
		return shotL_fail_finalized(L);
	}
	for (;;) {
		struct shot_error err;
		enum shot_poll outcome = windows->kind->poll_windows(windows, &err);
		if (outcome == SHOT_POLL_DONE) {
			return push_list(L, windows);
		}
		if (outcome == SHOT_POLL_WAITING && !in_time) {
			shotL_display_unanswered(L, DISPLAY, &err);
			outcome = SHOT_POLL_FAILED;
		}
		if (outcome == SHOT_POLL_FAILED) {
			return shotL_fail(L, &err);
		}
		in_time = shotL_display_waitk(
			L, DISPLAY, shotL_kept_deadline(deadline), deadline, go_on);
	}
}

int shotL_display_windows(lua_State *L)
{
	shotL_check_display(L, DISPLAY);
	int64_t deadline = shot_deadline_in(shotL_display_patience(L, DISPLAY));
	lua_settop(L, DISPLAY);
	struct shot_windows **windows = lua_newuserdatauv(L, sizeof *windows, 0);
	*windows = NULL;
	luaL_setmetatable(L, TYPE);
	lua_toclose(L, QUERY);
	struct shot_error err;
	*windows = shot_windows_query(shotL_check_display(L, DISPLAY)->source, true, &err);
	return *windows ? go_on(L, LUA_OK, shotL_keep_deadline(deadline)) : shotL_fail(L, &err);
}

static int finish(lua_State *L)
{
	struct shot_windows **windows = luaL_checkudata(L, 1, TYPE);
	if (*windows) {
		(*windows)->kind->destroy_windows(*windows);
		*windows = NULL;
	}
	return 0;
}

void shotL_open_window(lua_State *L)
{
	shotL_new_owner_type(L, TYPE, finish);
}
