#include "lua/ring.h"

#include <lauxlib.h>
#include <string.h>

#include "lua/args.h"
#include "lua/frame.h"
#include "lua/ring_item.h"

#define LARGEST (INT64_C(1) << 46)

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
			shotL_check_frame(L, arg); /* raises with the name of a released frame */
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

const char *shotL_check_ring_name(lua_State *L, int arg)
{
	size_t length;
	const char *name = luaL_checklstring(L, arg, &length);
	luaL_argcheck(L, strlen(name) == length, arg, "the name contains a NUL");
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
