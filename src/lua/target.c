#include "lua/target.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "lua/args.h"
#include "lua/window.h"

/* The string at `index`, without a NUL, because the core's strings end at one. */
static const char *check_text(lua_State *L, int index)
{
	size_t length;
	const char *text = lua_tolstring(L, index, &length);
	if (strlen(text) != length) {
		luaL_error(L, "'%s' and more: a name or geometry cannot hold a NUL byte", text);
	}
	return text;
}

static struct shot_target named(lua_State *L, const char *name)
{
	struct shot_target target = {.kind = SHOT_TARGET_MONITOR};
	if (strlen(name) >= sizeof target.name) {
		luaL_error(L, "'%s' is too long for a monitor's name", name);
	}
	snprintf(target.name, sizeof target.name, "%s", name);
	return target;
}

static struct shot_target from_string(lua_State *L, int arg)
{
	const char *text = check_text(L, arg);
	struct shot_geometry geometry;
	if (strcmp(text, "primary") == 0) {
		return (struct shot_target){.kind = SHOT_TARGET_PRIMARY};
	}
	if (strcmp(text, "cursor") == 0) {
		return (struct shot_target){.kind = SHOT_TARGET_CURSOR};
	}
	if (!shot_geometry_parse(text, &geometry)) {
		return named(L, text);
	}
	if (shot_rect_is_empty(geometry.rect)) {
		luaL_error(L, "region '%s': width and height must be 1 or more", text);
	}
	return (struct shot_target){.kind = SHOT_TARGET_REGION,
		.rect = geometry.rect,
		.from_right = geometry.from_right,
		.from_bottom = geometry.from_bottom};
}

/* Reads the most frequent table: exactly four valid integers. False for any other table, which the
 * slow path checks. */
static bool is_plain_region(lua_State *L, int arg, struct shot_rect *rect)
{
	static const char *const names[] = {"x", "y", "width", "height"};
	int32_t *const fields[] = {&rect->x, &rect->y, &rect->width, &rect->height};
	for (int i = 0; i < 4; i++) {
		lua_getfield(L, arg, names[i]);
		int is_integer;
		lua_Integer value = lua_tointegerx(L, -1, &is_integer);
		lua_pop(L, 1);
		*fields[i] = (int32_t)value;
		if (!is_integer || value != *fields[i]) {
			return false;
		}
	}
	int entries = 0;
	for (lua_pushnil(L); lua_next(L, arg); lua_pop(L, 1)) {
		entries++;
	}
	return entries == 4 && !shot_rect_is_empty(*rect);
}

static void check_fields(lua_State *L, int arg)
{
	static const char *const names[] = {"width", "height", "x", "y", NULL};
	lua_pushnil(L);
	while (lua_next(L, arg)) {
		lua_pop(L, 1);
		bool is_known = false;
		for (int i = 0; names[i] && lua_type(L, -1) == LUA_TSTRING; i++) {
			is_known |= strcmp(lua_tostring(L, -1), names[i]) == 0;
		}
		if (!is_known) {
			const char *wrong = luaL_tolstring(L, -1, NULL);
			const char *nearest =
				wrong[0] && wrong[1] ? shot_nearest(wrong, names) : NULL;
			luaL_error(L, "a region has x, y, width and height, not '%s'%s%s%s", wrong,
				nearest ? " (did you mean '" : "", nearest ? nearest : "",
				nearest ? "'?)" : "");
		}
	}
}

/* {width=, height=, follow = "cursor"} */
static bool test_follow(lua_State *L, int arg, struct shot_target *target)
{
	static const char *const names[] = {"width", "height", "follow", NULL};
	static const char *const whom[] = {"cursor", NULL};
	if (shotL_field_choice(L, arg, "follow", -1, whom) < 0) {
		return false;
	}
	shotL_check_options(L, arg, names);
	*target =
		(struct shot_target){.kind = SHOT_TARGET_FOLLOW, .rect = shotL_check_rect(L, arg)};
	if (shot_rect_is_empty(target->rect)) {
		luaL_error(L, "a region that follows the pointer needs width and height");
	}
	return true;
}

static struct shot_target from_table(lua_State *L, int arg)
{
	struct shot_target other;
	struct shot_rect plain;
	if (is_plain_region(L, arg, &plain)) {
		return (struct shot_target){.kind = SHOT_TARGET_REGION, .rect = plain};
	}
	if (lua_getfield(L, arg, "output") == LUA_TSTRING) {
		struct shot_target target = named(L, check_text(L, -1));
		lua_pop(L, 1);
		return target;
	}
	lua_pop(L, 1);
	if (shotL_test_window(L, arg, &other) || test_follow(L, arg, &other)) {
		return other;
	}
	check_fields(L, arg);
	struct shot_rect rect = shotL_check_rect(L, arg);
	if (shot_rect_is_empty(rect)) {
		luaL_error(L, "a region needs width and height");
	}
	return (struct shot_target){.kind = SHOT_TARGET_REGION, .rect = rect};
}

struct shot_target shotL_check_target(lua_State *L, int arg)
{
	switch (lua_type(L, arg)) {
	case LUA_TNIL:
	case LUA_TNONE:
		return (struct shot_target){.kind = SHOT_TARGET_ROOT};
	case LUA_TSTRING:
		return from_string(L, arg);
	case LUA_TTABLE:
		return from_table(L, arg);
	default:
		luaL_error(L,
			"cannot grab a %s: nil, a monitor, its name, a geometry, a region or a "
			"window expected",
			luaL_typename(L, arg));
		return (struct shot_target){0};
	}
}

void shotL_target_options(lua_State *L, int arg, bool cursor, struct shot_target *target)
{
	target->clip = shotL_field_boolean(L, arg, "clip", false);
	target->cursor = shotL_field_boolean(L, arg, "cursor", cursor);
}
