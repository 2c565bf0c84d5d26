#include "lua/args.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/nearest.h"
#include "lua/untaken.h"

int shotL_fail(lua_State *L, const struct shot_error *err)
{
	luaL_pushfail(L);
	lua_pushstring(L, err->message);
	lua_pushstring(L, err->code);
	shotL_tell_untaken(L, 0);
	return 3;
}

bool shotL_fill_finalized(struct shot_error *err)
{
	return shot_fail(err, "ECLOSED", "the collector has ended this call");
}

int shotL_fail_finalized(lua_State *L)
{
	struct shot_error err;
	shotL_fill_finalized(&err);
	return shotL_fail(L, &err);
}

static bool to_duration(lua_State *L, int index, bool is_bare, double *out)
{
	if (lua_type(L, index) == LUA_TNUMBER) {
		*out = lua_tonumber(L, index);
		return *out >= 0;
	}
	size_t length;
	const char *text =
		lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;
	return text && shot_duration_read(text, length, is_bare, out);
}

const char *shotL_show_value(lua_State *L, int index)
{
	int type = lua_type(L, index);
	if (type == LUA_TNUMBER || type == LUA_TBOOLEAN) {
		return luaL_tolstring(L, index, NULL);
	}
	if (type == LUA_TSTRING) {
		return lua_pushfstring(L, "'%s'", lua_tostring(L, index));
	}
	return luaL_typename(L, index);
}

/* Pushes the description of the expected duration, for the value at `index`. */
static const char *push_expected_duration(lua_State *L, int index)
{
	return lua_pushfstring(L,
		"duration expected (seconds >= 0, or '250ms', '5s', '10m', '1h'), got %s",
		shotL_show_value(L, index));
}

double shotL_check_duration(lua_State *L, int arg)
{
	double seconds = 0;
	if (!to_duration(L, arg, false, &seconds)) {
		luaL_argerror(L, arg, push_expected_duration(L, arg));
	}
	return seconds;
}

int shotL_duration(lua_State *L)
{
	double seconds;
	bool is_bare = lua_toboolean(L, 2);
	lua_settop(L, 1);
	if (to_duration(L, 1, is_bare, &seconds)) {
		lua_pushnumber(L, seconds);
		return 1;
	}
	push_expected_duration(L, 1);
	luaL_pushfail(L);
	lua_insert(L, -2);
	return 2;
}

double shotL_opt_duration(lua_State *L, int arg, double otherwise)
{
	int type = lua_type(L, arg);
	if (type == LUA_TNONE || type == LUA_TNIL) {
		return otherwise;
	}
	double seconds = type == LUA_TNUMBER ? lua_tonumber(L, arg) : -1;
	return seconds >= 0 ? seconds : shotL_check_duration(L, arg);
}

int64_t shotL_opt_deadline(lua_State *L, int arg, double default_seconds)
{
	return shot_deadline_in(shotL_opt_duration(L, arg, default_seconds));
}

static bool is_positional(const char *name)
{
	return name && strcmp(name, "[1]") == 0;
}

static const char *hint(lua_State *L, const char *wrong, const char *const names[])
{
	names += is_positional(names[0]);
	const char *nearest = names[0] && names[1] && names[2] ? shot_nearest(wrong, names) : NULL;
	if (nearest) {
		return lua_pushfstring(L, " (did you mean '%s'?)", nearest);
	}
	luaL_Buffer list;
	luaL_buffinit(L, &list);
	for (size_t i = 0; names[i]; i++) {
		luaL_addstring(&list, i ? ", " : " (known: ");
		luaL_addstring(&list, names[i]);
	}
	luaL_addstring(&list, ")");
	luaL_pushresult(&list);
	return lua_tostring(L, -1);
}

bool shotL_check_options(lua_State *L, int arg, const char *const names[])
{
	if (lua_isnoneornil(L, arg)) {
		return false;
	}
	luaL_checktype(L, arg, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, arg)) {
		lua_pop(L, 1);
		if (is_positional(names[0]) && lua_isinteger(L, -1) && lua_tointeger(L, -1) == 1) {
			continue;
		}
		if (lua_type(L, -1) != LUA_TSTRING) {
			luaL_error(L, "an option must have a name, got [%s]",
				luaL_tolstring(L, -1, NULL));
		}
		const char *name = lua_tostring(L, -1);
		size_t i = 0;
		while (names[i] && strcmp(names[i], name) != 0) {
			i++;
		}
		if (!names[i]) {
			luaL_error(L, "unknown option '%s'%s", name, hint(L, name, names));
		}
	}
	return true;
}

/* Pushes the field; false when it is missing. */
static bool get_field(lua_State *L, int arg, const char *name)
{
	if (lua_isnoneornil(L, arg)) {
		lua_pushnil(L);
		return false;
	}
	return lua_getfield(L, arg, name) != LUA_TNIL;
}

static void field_error(lua_State *L, const char *name, const char *wanted)
{
	luaL_error(L, "option '%s': %s expected, got %s", name, wanted, shotL_show_value(L, -1));
}

bool shotL_field_boolean(lua_State *L, int arg, const char *name, bool otherwise)
{
	bool value = otherwise;
	if (get_field(L, arg, name)) {
		if (!lua_isboolean(L, -1)) {
			field_error(L, name, "true or false");
		}
		value = lua_toboolean(L, -1);
	}
	lua_pop(L, 1);
	return value;
}

lua_Integer shotL_field_integer(lua_State *L, int arg, const char *name, lua_Integer otherwise,
	lua_Integer low, lua_Integer high)
{
	lua_Integer value = otherwise;
	if (get_field(L, arg, name)) {
		int is_integer;
		value = lua_tointegerx(L, -1, &is_integer);
		if (!is_integer || value < low || value > high) {
			int top = lua_gettop(L);
			const char *wanted =
				lua_pushfstring(L, "an integer from %I to %I", low, high);
			lua_pushvalue(L, top);
			field_error(L, name, wanted);
		}
	}
	lua_pop(L, 1);
	return value;
}

size_t shotL_field_size(
	lua_State *L, int arg, const char *name, lua_Integer otherwise, lua_Integer high)
{
	uint64_t value = (uint64_t)shotL_field_integer(L, arg, name, otherwise, 1, high);
	return value < SIZE_MAX ? (size_t)value : SIZE_MAX;
}

lua_Number shotL_field_number(lua_State *L, int arg, const char *name, lua_Number otherwise,
	lua_Number low, lua_Number high)
{
	lua_Number value = otherwise;
	if (get_field(L, arg, name)) {
		int is_number = lua_type(L, -1) == LUA_TNUMBER;
		value = lua_tonumber(L, -1);
		if (!is_number || !(value >= low && value <= high)) {
			int top = lua_gettop(L);
			const char *wanted =
				lua_pushfstring(L, "a number from %f to %f", low, high);
			lua_pushvalue(L, top);
			field_error(L, name, wanted);
		}
	}
	lua_pop(L, 1);
	return value;
}

const char *shotL_field_string(lua_State *L, int arg, const char *name, const char *otherwise)
{
	const char *value = otherwise;
	if (get_field(L, arg, name)) {
		if (lua_type(L, -1) != LUA_TSTRING) {
			field_error(L, name, "a string");
		}
		size_t length;
		value = lua_tolstring(L, -1, &length);
		if (strlen(value) != length) {
			field_error(L, name, "a string without a NUL byte");
		}
	}
	lua_pop(L, 1);
	return value;
}

double shotL_field_duration(lua_State *L, int arg, const char *name, double otherwise)
{
	double value = otherwise;
	if (get_field(L, arg, name) && !to_duration(L, -1, false, &value)) {
		luaL_error(L, "option '%s': %s", name, push_expected_duration(L, lua_gettop(L)));
	}
	lua_pop(L, 1);
	return value;
}

int shotL_field_choice(
	lua_State *L, int arg, const char *name, int otherwise, const char *const names[])
{
	const char *value = shotL_field_string(L, arg, name, NULL);
	if (!value) {
		return otherwise;
	}
	for (int i = 0; names[i]; i++) {
		if (strcmp(names[i], value) == 0) {
			return i;
		}
	}
	return luaL_error(
		L, "option '%s': unknown value '%s'%s", name, value, hint(L, value, names));
}

int32_t shotL_check_int32(lua_State *L, int arg)
{
	lua_Integer value = luaL_checkinteger(L, arg);
	if (value < INT32_MIN || value > INT32_MAX) {
		luaL_argerror(L, arg, lua_pushfstring(L, "%I does not fit 32 bits", value));
	}
	return (int32_t)value;
}

struct shot_rect shotL_check_rect(lua_State *L, int arg)
{
	luaL_checktype(L, arg, LUA_TTABLE);
	struct shot_rect rect;
	rect.x = (int32_t)shotL_field_integer(L, arg, "x", 0, INT32_MIN, INT32_MAX);
	rect.y = (int32_t)shotL_field_integer(L, arg, "y", 0, INT32_MIN, INT32_MAX);
	rect.width = (int32_t)shotL_field_integer(L, arg, "width", 0, 1, INT32_MAX);
	rect.height = (int32_t)shotL_field_integer(L, arg, "height", 0, 1, INT32_MAX);
	return rect;
}

static bool parse_rect(const char *text, const struct shot_rect *plane, struct shot_rect *rect)
{
	struct shot_geometry geometry;
	if (!plane) {
		return shot_rect_parse(text, rect);
	} else if (!shot_geometry_parse(text, &geometry)) {
		return false;
	}
	*rect = shot_geometry_place(geometry, *plane);
	return true;
}

/* Reads one rectangle of a list, on top of the stack. */
static struct shot_rect check_listed_rect(
	lua_State *L, const char *name, const struct shot_rect *plane, size_t index)
{
	struct shot_rect rect = {0};
	if (lua_istable(L, -1)) {
		rect = shotL_check_rect(L, lua_gettop(L));
	} else if (lua_type(L, -1) != LUA_TSTRING ||
		   !parse_rect(lua_tostring(L, -1), plane, &rect)) {
		luaL_error(L,
			"option '%s': a list of rectangles expected, {x=, y=, width=, height=} or "
			"\"640x480+10+20\", got %s at %d",
			name, lua_isstring(L, -1) ? lua_tostring(L, -1) : luaL_typename(L, -1),
			(int)index);
	}
	if (shot_rect_is_empty(rect)) {
		luaL_error(L, "option '%s': the rectangle at %d lacks width or height", name,
			(int)index);
	}
	return rect;
}

struct shot_rect *shotL_field_rects(lua_State *L, int arg, const char *name,
	const struct shot_rect *plane, size_t limit, size_t *count)
{
	*count = 0;
	if (lua_isnoneornil(L, arg) || lua_getfield(L, arg, name) == LUA_TNIL) {
		lua_pushnil(L);
		return NULL;
	}
	if (!lua_istable(L, -1)) {
		luaL_error(L, "option '%s': a list of rectangles expected, got %s", name,
			luaL_typename(L, -1));
	}
	int list = lua_gettop(L);
	*count = lua_rawlen(L, list);
	if (*count > limit) {
		luaL_error(L, "option '%s': at most %d rectangles expected, got %d", name,
			(int)limit, (int)*count);
	}
	if (*count == 0 && (lua_pushnil(L), lua_next(L, list))) {
		luaL_error(L, "option '%s': a list of rectangles expected, got one table", name);
	}
	struct shot_rect *rects = lua_newuserdatauv(L, (*count + 1) * sizeof *rects, 0);
	for (size_t i = 0; i < *count; i++) {
		lua_geti(L, list, (lua_Integer)i + 1);
		rects[i] = check_listed_rect(L, name, plane, i + 1);
		lua_pop(L, 1);
	}
	return rects;
}

void shotL_push_rect(lua_State *L, struct shot_rect rect)
{
	lua_createtable(L, 0, 4);
	lua_pushinteger(L, rect.x);
	lua_setfield(L, -2, "x");
	lua_pushinteger(L, rect.y);
	lua_setfield(L, -2, "y");
	lua_pushinteger(L, rect.width);
	lua_setfield(L, -2, "width");
	lua_pushinteger(L, rect.height);
	lua_setfield(L, -2, "height");
}
