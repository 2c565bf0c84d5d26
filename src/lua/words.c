#include "lua/words.h"

#include <lauxlib.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"
#include "lua/wait.h"
#include "words/reader.h"

#define READER "luashot.reader of words"
#define READING "luashot.reading"

/* Indices of the stack of frame:words(), before and after a yield. */
enum { FRAME = 1, OPTIONS, HANDLE };

struct handle {
	struct shot_reading *reading; /* NULL before and after */
	struct shot_rect area;	      /* of the frame */
	double min_confidence;
};

static const char key;

static int finish_reader(lua_State *L)
{
	shot_reader_end(luaL_checkudata(L, 1, READER));
	return 0;
}

static struct shot_reader *get_reader(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
	struct shot_reader *reader = lua_touserdata(L, -1);
	lua_pop(L, 1); /* the registry keeps it */
	return reader;
}

static int drop_reading(lua_State *L)
{
	struct handle *handle = luaL_checkudata(L, 1, READING);
	struct shot_reading *reading = handle->reading;
	handle->reading = NULL;
	if (reading) {
		shot_reading_drop(reading);
	}
	return 0;
}

static struct shot_rect check_area(lua_State *L, const struct shot_view *view)
{
	struct shot_rect area = {0, 0, view->width, view->height};
	if (lua_isnil(L, OPTIONS)) {
		return area;
	}
	int type = lua_getfield(L, OPTIONS, "area");
	if (type != LUA_TNIL && type != LUA_TTABLE) {
		luaL_error(L, "option 'area': a table expected, got %s", luaL_typename(L, -1));
	}
	if (type == LUA_TTABLE) {
		area = shotL_check_rect(L, lua_gettop(L));
		if (shot_rect_is_empty(area)) {
			luaL_error(L, "option 'area': width and height expected");
		}
	}
	lua_pop(L, 1);
	return area;
}

static void push_word(lua_State *L, const struct shot_word *word, const struct shot_rect *area)
{
	lua_createtable(L, 0, 8);
	shotL_set_string(L, "text", word->text);
	shotL_set_integer(L, "x", (lua_Integer)word->box.x + area->x);
	shotL_set_integer(L, "y", (lua_Integer)word->box.y + area->y);
	shotL_set_integer(L, "width", word->box.width);
	shotL_set_integer(L, "height", word->box.height);
	lua_pushnumber(L, (lua_Number)word->confidence);
	lua_setfield(L, -2, "confidence");
	shotL_set_integer(L, "line", word->line);
	shotL_set_integer(L, "block", word->block);
}

static int push_words(lua_State *L, const struct handle *handle)
{
	const struct shot_words *words = &handle->reading->words;
	lua_Integer count = 0;
	lua_createtable(L, (int)words->count, 0);
	for (size_t i = 0; i < words->count; i++) {
		if ((double)words->list[i].confidence >= handle->min_confidence) {
			push_word(L, &words->list[i], &handle->area);
			lua_rawseti(L, -2, ++count);
		}
	}
	return 1;
}

/* Waits until the reading is over. */
static int go_on(lua_State *L, int status, lua_KContext context)
{
	struct handle *handle = lua_touserdata(L, HANDLE);
	struct shot_reader *reader = get_reader(L);
	if (status == LUA_YIELD) {
		shotL_waited(L);
	}
	if (!handle->reading) {
		return shotL_fail_finalized(L);
	}
	while (shot_reader_take(reader), !handle->reading->is_over) {
		shotL_waitk(L, shot_worker_fd(reader->worker), SHOT_FOREVER, context, go_on);
	}
	int count = handle->reading->is_ok ? push_words(L, handle)
					   : shotL_fail(L, &handle->reading->err);
	lua_closeslot(L, HANDLE);
	return count;
}

int shotL_frame_words(lua_State *L)
{
	static const char *const names[] = {"language", "area", "min_confidence", NULL};
	shotL_check_frame(L, FRAME);
	shotL_check_options(L, OPTIONS, names);
	lua_settop(L, OPTIONS);
	const char *language = shotL_field_string(L, OPTIONS, "language", "eng");
	if (!shot_language_is_name(language)) {
		return luaL_error(L,
			"option 'language': a name such as 'eng' or 'deu+eng' expected, got '%s'",
			language);
	}
	double min_confidence = shotL_field_number(L, OPTIONS, "min_confidence", 60, 0, 100);
	struct shot_rect area = check_area(L, &shotL_check_frame(L, FRAME)->view);
	struct handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = (struct handle){.area = area, .min_confidence = min_confidence};
	luaL_setmetatable(L, READING);
	lua_toclose(L, HANDLE);
	struct shot_reader *reader = get_reader(L);
	struct shot_error err;
	struct shot_view part;
	if (!shot_reader_start(reader, &err) ||
		!shot_view_crop(&shotL_check_frame(L, FRAME)->view, area, &part, &err)) {
		return shotL_fail(L, &err);
	}
	handle->reading = shot_reader_submit(reader, &part, language, &err);
	shot_view_unref(&part);
	return handle->reading ? go_on(L, LUA_OK, 0) : shotL_fail(L, &err);
}

void shotL_open_words(lua_State *L)
{
	shotL_new_owner_type(L, READER, finish_reader);
	shotL_new_owner_type(L, READING, drop_reading);
	struct shot_reader *reader = lua_newuserdatauv(L, sizeof *reader, 0);
	*reader = (struct shot_reader){0};
	luaL_setmetatable(L, READER);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
}
