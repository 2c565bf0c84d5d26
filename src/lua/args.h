/* The arguments and results of the binding's functions: durations, option tables with checked
 * names, and the three values of a failure. */
#ifndef SHOT_LUA_ARGS_H
#define SHOT_LUA_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include <lauxlib.h>
#include <lua.h>

#include "base/error.h"
#include "base/rect.h"

/* Push nil, message, code; returns 3. A binding function returns this when its operation failed. */
int shotL_fail(lua_State *L, const struct shot_error *err);

/* As shotL_fail, with ECLOSED: the collector has ended what a call waits for. It does so when the
 * coroutine of the call is garbage; another finalizer may resume it afterwards. */
int shotL_fail_finalized(lua_State *L);

/* Fill `err` with that error, for a caller that fails by it. Returns false. */
bool shotL_fill_finalized(struct shot_error *err);

/* A duration in seconds: a number >= 0 (math.huge = for ever) or a string (base/duration.h). Raises
 * otherwise. */
double shotL_check_duration(lua_State *L, int arg);

/* core.duration(value, is_bare) -> seconds, or nil and the expected form. With `is_bare` a string
 * may lack the unit. */
int shotL_duration(lua_State *L);

/* The same for a timeout argument; nil or none stands for `otherwise`. */
double shotL_opt_duration(lua_State *L, int arg, double otherwise);

/* The deadline of a timeout argument; nil or none stands for `default_seconds`. */
int64_t shotL_opt_deadline(lua_State *L, int arg, double default_seconds);

/* The form of the value at `index` in a message; it may be pushed. */
const char *shotL_show_value(lua_State *L, int index);

/* Whether argument `arg` is an options table (false for nil or none). Raises for any other value,
 * and for a field that `names` (NULL-terminated) lacks, with the nearest right name; "[1]" as the
 * first name allows a positional value. */
bool shotL_check_options(lua_State *L, int arg, const char *const names[]);

/* Fields of the options table at `arg`; nil or none gives the default. They raise
 * "option 'slots': integer from 1 to 1024 expected, got …". A string stays valid as long as the
 * table holds it. */
bool shotL_field_boolean(lua_State *L, int arg, const char *name, bool otherwise);
lua_Integer shotL_field_integer(lua_State *L, int arg, const char *name, lua_Integer otherwise,
	lua_Integer low, lua_Integer high);
/* From 1 to `high`, or to what a size can be where that is less. */
size_t shotL_field_size(
	lua_State *L, int arg, const char *name, lua_Integer otherwise, lua_Integer high);
lua_Number shotL_field_number(lua_State *L, int arg, const char *name, lua_Number otherwise,
	lua_Number low, lua_Number high);
const char *shotL_field_string(lua_State *L, int arg, const char *name, const char *otherwise);
double shotL_field_duration(lua_State *L, int arg, const char *name, double otherwise);

/* One of `names` (NULL-terminated), as its index; raises with the list and the nearest. */
int shotL_field_choice(
	lua_State *L, int arg, const char *name, int otherwise, const char *const names[]);

/* A 32-bit integer argument. */
int32_t shotL_check_int32(lua_State *L, int arg);

/* {x=, y=, width=, height=} at `arg`; width and height at least 1 unless the table lacks them.
 * Raises with the field's name. */
struct shot_rect shotL_check_rect(lua_State *L, int arg);

/* A list of rectangles as the option `name` of the table at `arg`, each {x=, y=, width=, height=}
 * or "640x480+10+20", in pushed memory of Lua (nil and NULL when the option is missing). On a
 * `plane`, "640x480-0-0" is its right and bottom corner; NULL: nothing is known of the edges. At
 * most `limit` rectangles; raises with the index. */
struct shot_rect *shotL_field_rects(lua_State *L, int arg, const char *name,
	const struct shot_rect *plane, size_t limit, size_t *count);

/* Push {x=, y=, width=, height=}. */
void shotL_push_rect(lua_State *L, struct shot_rect rect);

#endif
