/* Bytes of a fuzzer as what a script could hand over: any values, tables whose reading does harm,
 * and no memory at any moment. What the targets of the binding have in common. */
#ifndef SPEC_FUZZ_LUA_VALUE_H
#define SPEC_FUZZ_LUA_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>

/* The words that a target's functions know, beside those that anybody may say. */
struct fuzz_words {
	const char *const *texts;
	size_t text_count;
	const char *const *names; /* of options */
	size_t name_count;
};

struct fuzz_input {
	const uint8_t *data;
	size_t size;
	long left; /* allocations still granted; negative: all of them */
	const struct fuzz_words *words;
	bool has_raised; /* a metamethod, with whatever value */
};

/* The next byte; 0 when there are no more. */
unsigned fuzz_next(struct fuzz_input *input);

#define FUZZ_ANY(input, list) (list)[fuzz_next(input) % (sizeof(list) / sizeof *(list))]

/* A state whose allocator fails as `input->left` says; aborts when there is none. */
lua_State *fuzz_new_state(struct fuzz_input *input);

/* Let some inputs run out of memory: after how many allocations is in their next bytes. */
void fuzz_make_scarce(struct fuzz_input *input);

/* Push something. `depth` is 0 outside of tables. */
void fuzz_push_value(lua_State *L, struct fuzz_input *input, int depth);
void fuzz_push_text(lua_State *L, struct fuzz_input *input);
void fuzz_push_number(lua_State *L, struct fuzz_input *input);
void fuzz_push_rect(lua_State *L, struct fuzz_input *input);
/* A table of the words' option names, sometimes with a hostile metatable. */
void fuzz_push_options(lua_State *L, struct fuzz_input *input, int depth);
/* Give the table on top of the stack a hostile metatable, sometimes. */
void fuzz_make_hostile(lua_State *L, struct fuzz_input *input, int depth);

/* Objects that calls can be about: a list of FUZZ_PLACES in the registry. Set takes it from the
 * stack, keep puts the value on top of the stack into one of its places. */
#define FUZZ_PLACES 8
void fuzz_set_objects(lua_State *L);
void fuzz_push_object(lua_State *L, struct fuzz_input *input);
void fuzz_keep_object(lua_State *L, struct fuzz_input *input);

/* Do harm, as a metamethod can in the middle of a call: end one object or all, or collect garbage.
 */
void fuzz_disturb(lua_State *L, unsigned how);

#endif
