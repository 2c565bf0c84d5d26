#include "lua/zerobuffer.h"

#include <string.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/interrupt.h"

#define SLICE_NS INT64_C(250000000) /* an interrupt waits no longer */
#define LARGEST (INT64_C(1) << 46)
#define PAUSE_NS INT64_C(2000000) /* between two looks of a job at what has no descriptor */

struct shotL_payload shotL_check_payload(lua_State *L, int arg)
{
	struct shotL_payload payload = {0};
	if (lua_type(L, arg) == LUA_TSTRING) {
		payload.data = lua_tolstring(L, arg, &payload.size);
		return payload;
	}
	const struct zb_item *item = shotL_test_item(L, arg);
	if (item) {
		payload.data = (const char *)item->data;
		payload.size = item->size;
		return payload;
	}
	payload.view = shotL_test_view(L, arg);
	if (!payload.view) {
		if (lua_type(L, arg) == LUA_TUSERDATA) {
			shotL_check_frame(L, arg); /* names a frame that is released */
		}
		luaL_typeerror(L, arg, "string, frame or item");
	}
	payload.size = shot_view_packed_size(payload.view, payload.view->format);
	size_t row = (size_t)payload.view->width * shot_format_bytes(payload.view->format);
	if (payload.view->stride == row) {
		payload.data = (const char *)payload.view->data;
	}
	return payload;
}

void shotL_copy_payload(const struct shotL_payload *payload, uint8_t *out)
{
	if (payload->data) {
		memcpy(out, payload->data, payload->size);
		return;
	}
	size_t row = (size_t)payload->view->width * shot_format_bytes(payload->view->format);
	for (int32_t y = 0; y < payload->view->height; y++) {
		memcpy(out + (size_t)y * row, shot_view_row(payload->view, y), row);
	}
}

bool shotL_write_payload(struct zb_writer *writer, const struct shotL_payload *payload,
	int64_t deadline, uint64_t *sequence, struct shot_error *err)
{
	if (payload->data) {
		return zb_writer_write(
			writer, payload->data, payload->size, deadline, sequence, err);
	}
	struct zb_reservation *place = zb_writer_reserve(writer, payload->size, 1, deadline, err);
	if (!place) {
		return false;
	}
	shotL_copy_payload(payload, place->data);
	bool ok = zb_reservation_commit(place, sequence, err);
	shot_owner_unref(&place->owner);
	return ok;
}

int64_t shotL_ring_slice(lua_State *L, int64_t deadline)
{
	if (lua_isyieldable(L)) {
		return 0;
	}
	int64_t end = shot_clock_ns() + SLICE_NS;
	return deadline < end ? deadline : end;
}

bool shotL_ring_again(lua_State *L, const struct shot_error *err, const char *patience, int fd,
	int64_t deadline, lua_KFunction k)
{
	bool interrupted = strcmp(err->code, "EINTR") == 0;
	if (!interrupted && strcmp(err->code, patience) != 0) {
		return false;
	}
	int64_t now = shot_clock_ns();
	if (now >= deadline) {
		return interrupted;
	}
	if (!interrupted && lua_isyieldable(L)) {
		int64_t moment = deadline < now + PAUSE_NS ? deadline : now + PAUSE_NS;
		shotL_lookk(L, fd, fd < 0 ? moment : deadline, deadline, (lua_KContext)deadline, k);
	} else {
		shotL_check_interrupt(L);
	}
	return true;
}

void shotL_ring_resumed(lua_State *L, int status)
{
	if (status == LUA_YIELD) {
		shotL_waited(L);
	}
}

int shotL_ring_closed(lua_State *L, const char *what)
{
	struct shot_error err;
	shot_fail(&err, "ECLOSED", "the %s was closed while a call waited in it", what);
	return shotL_fail(L, &err);
}

const char *shotL_check_ring_name(lua_State *L, int arg)
{
	size_t length;
	const char *name = luaL_checklstring(L, arg, &length);
	luaL_argcheck(L, strlen(name) == length, arg, "the name has a NUL in it");
	return name;
}

struct zb_config shotL_check_ring_config(lua_State *L, int arg, const char *const names[])
{
	shotL_check_options(L, arg, names);
	const struct zb_config otherwise = ZB_CONFIG_DEFAULT;
	return (struct zb_config){
		.metadata_size = (uint64_t)shotL_field_integer(
			L, arg, "metadata_size", (lua_Integer)otherwise.metadata_size, 0, LARGEST),
		.payload_size = (uint64_t)shotL_field_integer(
			L, arg, "payload_size", (lua_Integer)otherwise.payload_size, 1, LARGEST),
	};
}

/* core.now() -> seconds on the clock that never jumps */
static int now(lua_State *L)
{
	lua_pushnumber(L, (lua_Number)shot_clock_ns() / 1e9);
	return 1;
}

void shotL_open_zerobuffer(lua_State *L)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_newtable(L);
	lua_pushcfunction(L, now);
	lua_setfield(L, -2, "now");
	shotL_open_ring_item(L);
	shotL_open_ring_reader(L);
	shotL_open_ring_writer(L);
	shotL_open_ring_reservation(L);
	shotL_open_ring_stat(L);
	lua_setfield(L, -2, "luashot.zerobuffer.core");
	lua_pop(L, 1);
}
