#include "lua/ring.h"

#include <inttypes.h>
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

static enum shot_format check_format(lua_State *L, int arg)
{
	const char *names[SHOT_FORMAT_COUNT + 1] = {0};
	for (int i = 0; i < SHOT_FORMAT_COUNT; i++) {
		names[i] = shot_format_name((enum shot_format)i);
	}
	return (enum shot_format)shotL_field_choice(L, arg, "format", SHOT_FORMAT_BGRX, names);
}

void shotL_check_view_of_bytes(lua_State *L, int arg, struct shot_view *view, uint64_t *offset)
{
	static const char *const names[] = {"width", "height", "format", "stride", "offset", NULL};
	luaL_checktype(L, arg, LUA_TTABLE);
	shotL_check_options(L, arg, names);
	*view = (struct shot_view){
		.width = (int32_t)shotL_field_integer(L, arg, "width", 0, 1, INT32_MAX),
		.height = (int32_t)shotL_field_integer(L, arg, "height", 0, 1, INT32_MAX),
		.format = check_format(L, arg),
	};
	luaL_argcheck(L, view->width && view->height, arg, "width and height expected");
	lua_Integer row = (lua_Integer)view->width * (lua_Integer)shot_format_bytes(view->format);
	view->stride = (size_t)shotL_field_integer(L, arg, "stride", row, row, INT32_MAX);
	*offset = (uint64_t)shotL_field_integer(L, arg, "offset", 0, 0, LARGEST);
}

bool shotL_place_view(
	struct shot_view *view, uint64_t offset, uint64_t size, struct shot_error *err)
{
	uint64_t row = (uint64_t)view->width * shot_format_bytes(view->format);
	uint64_t needed = (uint64_t)(view->height - 1) * view->stride + row;
	if (offset > size || needed > size - offset) {
		return shot_fail(err, "EGEOMETRY",
			"%dx%d pixels of %s at offset %" PRIu64 " need %" PRIu64
			" bytes, of %" PRIu64,
			view->width, view->height, shot_format_name(view->format), offset, needed,
			size);
	}
	view->data += offset;
	return true;
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
