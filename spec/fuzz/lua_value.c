#include "lua_value.h"

#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "../support/newstate.h"

#define LARGEST (1 << 24) /* bytes that Lua gets at once */
#define DEEPEST 3	  /* tables in tables */
#define OBJECTS "objects"

unsigned fuzz_next(struct fuzz_input *input)
{
	if (input->size == 0) {
		return 0;
	}
	input->size--;
	return *input->data++;
}

/* Lua tells in `old_size` what kind of object a new block is for. Small blocks that are for none,
 * and those that only grow, are always granted: a stack without room keeps finalizers from running.
 */
static void *allocate(void *argument, void *block, size_t old_size, size_t new_size)
{
	struct fuzz_input *input = argument;
	if (new_size == 0) {
		free(block);
		return NULL;
	}
	bool counts = !block && (old_size || new_size > 1024);
	if ((counts && input->left == 0) || new_size > LARGEST) {
		return NULL;
	}
	if (counts && input->left > 0) {
		input->left--;
	}
	return realloc(block, new_size);
}

lua_State *fuzz_new_state(struct fuzz_input *input)
{
	input->left = -1;
	lua_State *L = new_state(allocate, input);
	if (!L) {
		abort();
	}
	return L;
}

void fuzz_make_scarce(struct fuzz_input *input)
{
	unsigned scarce = fuzz_next(input);
	input->left = scarce % 4 ? -1 : (long)(scarce / 4) * 8 + fuzz_next(input) % 8;
}

static struct fuzz_input *input_of(lua_State *L)
{
	void *input;
	lua_getallocf(L, &input);
	return input;
}

static void end_object(lua_State *L, int objects, int place)
{
	lua_rawgeti(L, objects, place);
	if (lua_type(L, -1) == LUA_TUSERDATA && luaL_callmeta(L, -1, "__close")) {
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

void fuzz_disturb(lua_State *L, unsigned how)
{
	luaL_checkstack(L, 10, NULL);
	lua_getfield(L, LUA_REGISTRYINDEX, OBJECTS);
	int objects = lua_gettop(L);
	switch (how % 4) {
	case 0:
		for (int i = 1; i <= FUZZ_PLACES; i++) {
			end_object(L, objects, i);
		}
		break;
	case 1:
		end_object(L, objects, 1 + (int)(how / 4) % FUZZ_PLACES);
		break;
	case 2:
		lua_gc(L, LUA_GCCOLLECT);
		break;
	default:
		break;
	}
	lua_pop(L, 1);
}

/* A metamethod. Upvalues: what it does, and the value that it returns. */
static int disturb(lua_State *L)
{
	unsigned how = (unsigned)lua_tointeger(L, lua_upvalueindex(1));
	fuzz_disturb(L, how / 4);
	lua_pushvalue(L, lua_upvalueindex(2));
	if (how % 4 == 1) {
		input_of(L)->has_raised = true;
		return lua_error(L);
	}
	return how % 4 == 2 ? lua_yield(L, 1) : 1;
}

static void set_event(lua_State *L, struct fuzz_input *input, const char *event, int depth)
{
	lua_newtable(L);
	lua_pushinteger(L, fuzz_next(input));
	fuzz_push_value(L, input, depth + 1);
	lua_pushcclosure(L, disturb, 2);
	lua_setfield(L, -2, event);
	lua_setmetatable(L, -2);
}

void fuzz_make_hostile(lua_State *L, struct fuzz_input *input, int depth)
{
	static const char *const events[] = {
		"__index", "__len", "__gc", "__tostring", "__name", "__close", "__pairs"};
	unsigned event = fuzz_next(input) % 16;
	if (event < sizeof events / sizeof *events) {
		set_event(L, input, events[event], depth);
	}
}

void fuzz_push_text(lua_State *L, struct fuzz_input *input)
{
	unsigned kind = fuzz_next(input);
	if (kind % 4) {
		lua_pushstring(L, input->words->texts[fuzz_next(input) % input->words->text_count]);
		return;
	}
	size_t length = kind / 4 % 16;
	length = length < input->size ? length : input->size;
	lua_pushlstring(L, (const char *)input->data, length);
	input->data += length;
	input->size -= length;
}

void fuzz_push_number(lua_State *L, struct fuzz_input *input)
{
	static const lua_Integer integers[] = {0, 1, -1, 2, 3, 5, 8, 12, 16, 40, 100, 255, 256,
		1000, 1 << 21, INT32_MAX, INT32_MIN, (lua_Integer)1 << 32, INT64_MAX, INT64_MIN};
	static const lua_Number numbers[] = {
		0.5, -0.5, 0.01, 0.99, 1.0, 2.0, 3.7, 100.0, 1e300, -1e300, 0.0 / 0.0, 1 / 0.0};
	if (fuzz_next(input) % 3) {
		lua_pushinteger(L, FUZZ_ANY(input, integers));
	} else {
		lua_pushnumber(L, FUZZ_ANY(input, numbers));
	}
}

void fuzz_push_options(lua_State *L, struct fuzz_input *input, int depth)
{
	lua_newtable(L);
	for (unsigned count = fuzz_next(input) % 6; count > 0; count--) {
		const char *name = input->words->names[fuzz_next(input) % input->words->name_count];
		fuzz_push_value(L, input, depth + 1);
		lua_setfield(L, -2, name);
	}
	fuzz_make_hostile(L, input, depth);
}

static void push_list(lua_State *L, struct fuzz_input *input, int depth)
{
	lua_newtable(L);
	for (int i = 1, count = (int)(fuzz_next(input) % 5); i <= count; i++) {
		fuzz_push_value(L, input, depth + 1);
		lua_rawseti(L, -2, i);
	}
}

void fuzz_push_rect(lua_State *L, struct fuzz_input *input)
{
	static const char *const names[] = {"x", "y", "width", "height"};
	lua_newtable(L);
	for (size_t i = 0; i < 4; i++) {
		unsigned byte = fuzz_next(input);
		lua_pushinteger(L, (lua_Integer)(byte % 24) - (i < 2 ? 4 : 0));
		lua_setfield(L, -2, names[i]);
	}
}

/* What is seldom seen: a function, a coroutine, a table that holds itself, a long text. */
static void push_odd(lua_State *L, struct fuzz_input *input)
{
	unsigned kind = fuzz_next(input);
	switch (kind % 5) {
	case 0:
		lua_pushinteger(L, kind);
		lua_pushnil(L);
		lua_pushcclosure(L, disturb, 2);
		break;
	case 1:
		lua_newthread(L);
		break;
	case 2:
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_setfield(
			L, -2, input->words->names[fuzz_next(input) % input->words->name_count]);
		lua_pushvalue(L, -1);
		lua_rawseti(L, -2, 1);
		break;
	case 3:
		lua_pushlightuserdata(L, input);
		break;
	default: {
		luaL_Buffer text;
		luaL_buffinit(L, &text);
		size_t length = (size_t)kind * kind;
		memset(luaL_prepbuffsize(&text, length), 'a', length);
		luaL_pushresultsize(&text, length);
	}
	}
}

void fuzz_push_value(lua_State *L, struct fuzz_input *input, int depth)
{
	luaL_checkstack(L, 10, NULL);
	switch (fuzz_next(input) % (depth < DEEPEST ? 10 : 6)) {
	case 0:
		lua_pushnil(L);
		break;
	case 1:
		lua_pushboolean(L, fuzz_next(input) & 1);
		break;
	case 2:
		fuzz_push_number(L, input);
		break;
	case 3:
		fuzz_push_text(L, input);
		break;
	case 4:
		fuzz_push_object(L, input);
		break;
	case 5:
		fuzz_push_rect(L, input);
		break;
	case 6:
		push_list(L, input, depth);
		break;
	case 7:
		push_odd(L, input);
		break;
	default:
		fuzz_push_options(L, input, depth);
	}
}

void fuzz_set_objects(lua_State *L)
{
	lua_setfield(L, LUA_REGISTRYINDEX, OBJECTS);
}

void fuzz_push_object(lua_State *L, struct fuzz_input *input)
{
	lua_getfield(L, LUA_REGISTRYINDEX, OBJECTS);
	lua_rawgeti(L, -1, 1 + fuzz_next(input) % FUZZ_PLACES);
	lua_remove(L, -2);
}

void fuzz_keep_object(lua_State *L, struct fuzz_input *input)
{
	lua_getfield(L, LUA_REGISTRYINDEX, OBJECTS);
	lua_insert(L, -2);
	lua_rawseti(L, -2, 1 + fuzz_next(input) % FUZZ_PLACES);
	lua_pop(L, 1);
}
