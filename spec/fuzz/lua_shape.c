#include "lua_shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <xcb/xcb.h>

#include "lua_bounds.h"

/* Each of the options is there in `likely` of 256 cases. */
static void push_shaped_options(
	lua_State *L, struct fuzz_input *input, const char *const *options, unsigned likely);

static void push_what(lua_State *L, struct fuzz_input *input)
{
	static const char *const region[] = {"x i", "y i", "width i", "height i", NULL};
	static const char *const window[] = {
		"window W", "obscured b", "x i", "y i", "width i", "height i", NULL};
	static const char *const pattern[] = {
		"title T", "class T", "obscured b", "width i", "height i", NULL};
	static const char *const follow[] = {"width i", "height i", "follow s", NULL};
	static const char *const monitor[] = {
		"output s", "name s", "x n", "id n", "primary b", NULL};
	static const char *const texts[] = {"primary", "cursor", "screen", "10x10+3+4", "64x48+0+0",
		"20x10+60+40", "0x0+0+0", "4x4-1-1", "4x4+-1--1", "99999999999x1+0+0", "door", ""};
	switch (fuzz_next(input) % 8) {
	case 0:
		lua_pushnil(L);
		break;
	case 1:
		lua_pushstring(L, FUZZ_ANY(input, texts));
		break;
	case 2:
		push_shaped_options(L, input, window, 100);
		break;
	case 3:
		push_shaped_options(L, input, pattern, 100);
		break;
	case 4:
		push_shaped_options(L, input, follow, 240);
		break;
	case 5:
		push_shaped_options(L, input, monitor, 128);
		break;
	case 6:
		fuzz_push_object(L, input); /* one of monitors() or windows(), perhaps */
		break;
	default:
		push_shaped_options(L, input, region, 250);
	}
}

static void push_list(lua_State *L, struct fuzz_input *input, char of)
{
	lua_newtable(L);
	for (int i = 1, count = (int)(fuzz_next(input) % 5); i <= count; i++) {
		fuzz_push_shape(L, input, of, NULL);
		lua_rawseti(L, -2, i);
	}
	fuzz_make_hostile(L, input, 1);
}

/* Long ones are rare: each takes as long as a call may. */
static void push_duration(lua_State *L, struct fuzz_input *input)
{
	static const char *const texts[] = {"0ms", "5ms", ".002s", "1h", "", "ms", "-1s", "0h"};
	static const lua_Number numbers[] = {
		0, 0, 0, 0, 0.001, 0.001, 0.003, 0.01, 2, 1e300, -1, -0.0, 0.0 / 0.0, 1 / 0.0};
	unsigned kind = fuzz_next(input) % 8;
	if (kind == 0) {
		lua_pushnil(L);
	} else if (kind == 1) {
		lua_pushstring(L, FUZZ_ANY(input, texts));
	} else {
		lua_pushnumber(L, FUZZ_ANY(input, numbers));
	}
}

/* The ids of windows that there may be: small steps from the first of the first client. */
static void push_window_id(lua_State *L, struct fuzz_input *input)
{
	unsigned byte = fuzz_next(input);
	if (byte % 4 == 0) {
		lua_pushliteral(L, "active");
	} else {
		lua_pushinteger(L, (lua_Integer)(byte / 4 % 4) << 21 | (byte / 16 % 4));
	}
}

/* Names of rings that can be made begin with the prefix, so that nobody else's is touched. */
static void push_ring_name(lua_State *L, struct fuzz_input *input)
{
	static const char *const none[] = {"", ".", "..", "sem.a", "a/b", "/", "\n"};
	static const char *const ends[] = {"a", "a", "b", ".", "\xff", " ", "%s%n"};
	unsigned byte = fuzz_next(input);
	if (byte % 8 == 0) {
		lua_pushstring(L, FUZZ_ANY(input, none));
		return;
	}
	lua_pushstring(L, fuzz_ring_prefix());
	if (byte % 8 == 1) {
		fuzz_push_text(L, input);
	} else {
		lua_pushstring(L, FUZZ_ANY(input, ends));
	}
	lua_concat(L, 2);
}

static void push_size(lua_State *L, struct fuzz_input *input)
{
	static const lua_Integer sizes[] = {0, 1, 63, 64, 65, 100, 1024, 4096, 1 << 20, -1,
		(lua_Integer)1 << 32, (lua_Integer)1 << 46, ((lua_Integer)1 << 46) + 1, INT64_MAX,
		INT64_MIN};
	lua_pushinteger(L, FUZZ_ANY(input, sizes));
}

/* A name never leads to another machine, nor to another server of this one, which may be somebody's
 * screen: only DISPLAY itself, its screens, and what is no name at all. So what follows the rules
 * of a name is looked at here, by xcb's own reading of it; a path or a protocol it does not tell
 * of. */
static bool is_ours(const char *name)
{
	char *host = NULL, *own_host = NULL;
	int number, own_number = -1;
	if (!xcb_parse_display(name, &host, &number, NULL)) {
		return !strpbrk(name, "/@");
	}
	xcb_parse_display(NULL, &own_host, &own_number, NULL);
	bool ours = host[0] == '\0' && number == own_number && !strpbrk(name, "/@");
	free(host);
	free(own_host);
	return ours;
}

static void push_display_name(lua_State *L, struct fuzz_input *input)
{
	const char *own = getenv("DISPLAY");
	switch (fuzz_next(input) % 4) {
	case 0:
		lua_pushfstring(L, "%s.%d", own, (int)(fuzz_next(input) % 3) - 1);
		break;
	case 1:
		fuzz_push_text(L, input);
		break;
	default:
		lua_pushstring(L, own);
	}
}

/* Whatever became of the options of open, their display is one that may be tried; it is a field of
 * the table itself, so that no metamethod gives another one. */
static void confine_display(lua_State *L)
{
	if (!lua_istable(L, -1)) {
		return;
	}
	lua_pushliteral(L, "display");
	lua_rawget(L, -2);
	int type = lua_type(L, -1);
	bool is_good = type == LUA_TSTRING ? is_ours(lua_tostring(L, -1)) : type != LUA_TNIL;
	lua_pop(L, 1);
	if (!is_good) {
		lua_pushliteral(L, "display");
		lua_pushstring(L, getenv("DISPLAY"));
		lua_rawset(L, -3);
	}
}

static void push_shaped_options(
	lua_State *L, struct fuzz_input *input, const char *const *options, unsigned likely)
{
	lua_newtable(L);
	for (int i = 0; options && options[i]; i++) {
		const char *space = strchr(options[i], ' ');
		if (fuzz_next(input) >= likely) {
			continue;
		}
		lua_pushlstring(L, options[i], (size_t)(space - options[i]));
		if (strncmp(options[i], "[1]", 3) == 0) {
			lua_pop(L, 1);
			lua_pushinteger(L, 1);
		}
		fuzz_push_shape(L, input, space[1], NULL);
		lua_rawset(L, -3);
	}
	fuzz_make_hostile(L, input, 1);
}

static int done(lua_State *L)
{
	(void)L;
	return 0;
}

static void push_right(
	lua_State *L, struct fuzz_input *input, char shape, const char *const *options)
{
	switch (shape) {
	case 'b':
		lua_pushboolean(L, fuzz_next(input) & 1);
		break;
	case 'i':
		lua_pushinteger(L, (lua_Integer)(fuzz_next(input) % 80) - 8);
		break;
	case 'n':
		fuzz_push_number(L, input);
		break;
	case 't':
		push_duration(L, input);
		break;
	case 's':
	case 'T':
		fuzz_push_text(L, input);
		break;
	case 'O':
		fuzz_push_object(L, input);
		break;
	case 'w':
		push_what(L, input);
		break;
	case 'l':
		push_list(L, input, 'w');
		break;
	case 'r':
		fuzz_push_rect(L, input);
		break;
	case 'L':
		push_list(L, input, 'r');
		break;
	case 'W':
		push_window_id(L, input);
		break;
	case 'd':
		push_display_name(L, input);
		break;
	case 'p': /* below a folder that is not there */
		lua_pushliteral(L, "/nonexistent/");
		fuzz_push_text(L, input);
		lua_concat(L, 2);
		break;
	case 'R':
		push_ring_name(L, input);
		break;
	case 'z':
		push_size(L, input);
		break;
	case 'F':
		lua_pushcfunction(L, done);
		break;
	case 'o':
		push_shaped_options(L, input, options, 128);
		break;
	default:
		fuzz_push_value(L, input, 0);
	}
}

/* Paths and names of rings are never anything, lest files be made. */
void fuzz_push_shape(lua_State *L, struct fuzz_input *input, char shape, const char *const *options)
{
	luaL_checkstack(L, 20, NULL);
	bool is_bound = shape == 'p' || shape == 'R';
	if (!is_bound && fuzz_next(input) % 8 == 0) {
		fuzz_push_value(L, input, 0);
	} else {
		push_right(L, input, shape, options);
	}
	if (options && strncmp(options[0], "display ", 8) == 0) {
		confine_display(L);
	}
}
