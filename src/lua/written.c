#include "lua/written.h"

#include <lauxlib.h>
#include <string.h>

#include "base/large.h"

/* lua_pushlstring copies what is complete, and so does luaL_Buffer in Lua 5.4. The one function of
 * Lua 5.4 that fills a string in pieces is lua_load, where it reads a constant of a binary chunk.
 * So a function is compiled that returns this constant, and what lua_dump writes of it is loaded
 * with another constant. Lua 5.5 writes other chunks, and makes a luaL_Buffer's memory the
 * string's. */
#define CONSTANT "a constant longer than those that Lua keeps in its table of short strings"
enum {
	LENGTH = sizeof CONSTANT - 1,
	MOST = 512,  /* bytes of a chunk; it has about 170 */
	DIGITS = 10, /* of a length */
	LAST = 0x80, /* marks a length's last digit, of 7 bits */
};

struct chunk {
	char head[MOST + DIGITS]; /* up to the constant's length, and that */
	size_t head_size;
	char tail[MOST]; /* the bytes after the constant */
	size_t tail_size;
	size_t left; /* of the constant */
	shotL_piece_fn *next;
	void *context;
	bool is_broken; /* there was no next piece */
};

/* The state's allocator, while the string's memory is taken from it. */
struct allocator {
	lua_Alloc allocate;
	void *context;
};

static int collect(lua_State *L, const void *bytes, size_t size, void *context)
{
	(void)L;
	struct chunk *chunk = context;
	if (size > MOST - chunk->head_size) {
		return 1;
	}
	memcpy(chunk->head + chunk->head_size, bytes, size);
	chunk->head_size += size;
	return 0;
}

/* Lua writes one more than the length, the high digits first. */
static void append_length(struct chunk *chunk, size_t length)
{
	char digits[DIGITS];
	size_t at = DIGITS, value = length + 1;
	digits[--at] = (char)(LAST | (value & 0x7f));
	while (value >>= 7) {
		digits[--at] = (char)(value & 0x7f);
	}
	memcpy(chunk->head + chunk->head_size, digits + at, DIGITS - at);
	chunk->head_size += DIGITS - at;
}

/* False when this Lua writes chunks of another form. */
static bool prepare(lua_State *L, struct chunk *chunk)
{
	if (luaL_loadstring(L, "return '" CONSTANT "'") != LUA_OK) {
		lua_error(L);
	}
	int failed = lua_dump(L, collect, chunk, 1);
	lua_pop(L, 1);
	const char *end = chunk->head + chunk->head_size;
	char *constant = failed ? NULL : memmem(chunk->head, chunk->head_size, CONSTANT, LENGTH);
	if (!constant || constant[-1] != (char)(LAST | (LENGTH + 1))) {
		return false;
	}
	chunk->tail_size = (size_t)(end - constant) - LENGTH;
	memcpy(chunk->tail, constant + LENGTH, chunk->tail_size);
	chunk->head_size = (size_t)(constant - chunk->head) - 1;
	append_length(chunk, chunk->left);
	return true;
}

static const char *read_chunk(lua_State *L, void *context, size_t *size)
{
	struct chunk *chunk = context;
	if (chunk->head_size > 0) {
		*size = chunk->head_size;
		chunk->head_size = 0;
		return chunk->head;
	}
	if (chunk->left > 0) {
		const char *piece = chunk->next(L, chunk->context, size);
		chunk->is_broken = !piece;
		chunk->left -= piece ? *size : 0;
		return piece;
	}
	*size = chunk->tail_size;
	chunk->tail_size = 0;
	return chunk->tail;
}

static void *allocate_large(void *context, void *block, size_t before, size_t size)
{
	struct allocator *allocator = context;
	void *result = allocator->allocate(allocator->context, block, before, size);
	if (result) {
		shot_large_advise(result, size);
	}
	return result;
}

/* Pushes the function that returns the string, or a message, as lua_load does. */
static int load(lua_State *L, struct chunk *chunk)
{
	struct allocator allocator;
	allocator.allocate = lua_getallocf(L, &allocator.context);
	lua_setallocf(L, allocate_large, &allocator);
	int status = lua_load(L, read_chunk, chunk, "=", "b"); /* it never raises */
	lua_setallocf(L, allocator.allocate, allocator.context);
	return status;
}

static bool push_buffered(lua_State *L, size_t size, shotL_piece_fn *next, void *context)
{
	luaL_Buffer buffer;
	int top = lua_gettop(L);
	char *bytes = luaL_buffinitsize(L, &buffer, size);
	for (size_t at = 0, got; at < size; at += got) {
		const void *piece = next(L, context, &got);
		if (!piece) {
			lua_settop(L, top);
			return false;
		}
		memcpy(bytes + at, piece, got);
	}
	luaL_pushresultsize(&buffer, size);
	return true;
}

bool shotL_push_written(lua_State *L, size_t size, shotL_piece_fn *next, void *context)
{
	struct chunk chunk = {.left = size, .next = next, .context = context};
	if (!prepare(L, &chunk)) {
		return push_buffered(L, size, next, context);
	}
	int status = load(L, &chunk);
	if (chunk.is_broken) {
		lua_pop(L, 1);
		return false;
	}
	if (status != LUA_OK) {
		lua_error(L);
	}
	lua_call(L, 0, 1);
	return true;
}
