#include "lua/mqtt.h"

#include <lauxlib.h>

#include "lua/args.h"
#include "lua/type.h"
#include "mqtt/client.h"

#define CONNECTION "luashot.mqtt.connection"
#define EVENT "luashot.mqtt.event"

enum { PORT = 1883, KEEPALIVE = 30, MOST_PROPERTIES = 16 };

static struct shot_mqtt *check_connection(lua_State *L)
{
	struct shot_mqtt *client = *(struct shot_mqtt **)luaL_checkudata(L, 1, CONNECTION);
	if (!client) {
		luaL_error(L, "the connection to the broker is closed");
	}
	return client;
}

static int connection_finish(lua_State *L)
{
	struct shot_mqtt **handle = luaL_checkudata(L, 1, CONNECTION);
	struct shot_mqtt *client = *handle;
	*handle = NULL;
	shot_mqtt_close(client);
	return 0;
}

static int event_finish(lua_State *L)
{
	struct shot_mqtt_event **handle = luaL_checkudata(L, 1, EVENT);
	struct shot_mqtt_event *event = *handle;
	*handle = NULL;
	shot_mqtt_event_free(event);
	return 0;
}

static void read_options(lua_State *L, struct shot_mqtt_options *options)
{
	static const char *const names[] = {"host", "port", "id", "version", "keepalive", "expiry",
		"largest", "user", "password", "encrypted", "ca", "certificate", "key",
		"will_topic", "will", NULL};
	luaL_checktype(L, 1, LUA_TTABLE);
	shotL_check_options(L, 1, names);
	*options = (struct shot_mqtt_options){.host = shotL_field_string(L, 1, "host", "127.0.0.1"),
		.port = (int)shotL_field_integer(L, 1, "port", PORT, 1, 65535),
		.id = shotL_field_string(L, 1, "id", NULL),
		.is_five = shotL_field_integer(L, 1, "version", 5, 4, 5) == 5,
		.keepalive = (unsigned)shotL_field_integer(L, 1, "keepalive", KEEPALIVE, 5, 65535),
		.expiry = (unsigned)shotL_field_integer(L, 1, "expiry", 0, 0, UINT32_MAX),
		.largest = (unsigned)shotL_field_integer(L, 1, "largest", 0, 0, UINT32_MAX),
		.user = shotL_field_string(L, 1, "user", NULL),
		.password = shotL_field_string(L, 1, "password", NULL),
		.is_encrypted = shotL_field_boolean(L, 1, "encrypted", false),
		.ca = shotL_field_string(L, 1, "ca", NULL),
		.certificate = shotL_field_string(L, 1, "certificate", NULL),
		.key = shotL_field_string(L, 1, "key", NULL),
		.will_topic = shotL_field_string(L, 1, "will_topic", NULL),
		.will = shotL_field_string(L, 1, "will", "")};
	luaL_argcheck(L, !options->certificate == !options->key, 1,
		"a certificate needs a key, and a key a certificate");
}

static int mqtt_open(lua_State *L)
{
	struct shot_mqtt_options options;
	struct shot_error err;
	read_options(L, &options);
	struct shot_mqtt **handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = NULL;
	luaL_setmetatable(L, CONNECTION);
	*handle = shot_mqtt_open(&options, &err);
	return *handle ? 1 : shotL_fail(L, &err);
}

static int connection_fd(lua_State *L)
{
	lua_pushinteger(L, shot_mqtt_fd(check_connection(L)));
	return 1;
}

static int connection_run(lua_State *L)
{
	int64_t milliseconds = shot_mqtt_run(check_connection(L));
	if (milliseconds < 0) {
		lua_pushnil(L);
	} else {
		lua_pushnumber(L, (lua_Number)milliseconds / 1000);
	}
	return 1;
}

static void push_message(lua_State *L, const struct shot_mqtt_event *event)
{
	lua_createtable(L, 0, 6);
	shotL_set_string(L, "topic", event->topic);
	lua_pushlstring(L, event->payload, event->size);
	lua_setfield(L, -2, "payload");
	shotL_set_boolean(L, "retained", event->is_retained);
	shotL_set_string(L, "response_topic", event->response_topic);
	if (event->correlation) {
		lua_pushlstring(L, event->correlation, event->correlation_size);
		lua_setfield(L, -2, "correlation");
	}
	lua_createtable(L, 0, (int)event->count);
	for (size_t i = 0; i < event->count; i++) {
		shotL_set_string(L, event->properties[i].name, event->properties[i].value);
	}
	lua_setfield(L, -2, "properties");
}

static int push_event(lua_State *L, const struct shot_mqtt_event *event)
{
	static const char *const kinds[] = {"open", "done", "message", "end"};
	lua_pushstring(L, kinds[event->kind]);
	switch (event->kind) {
	case SHOT_MQTT_OPEN:
		return 1;
	case SHOT_MQTT_MESSAGE:
		push_message(L, event);
		return 2;
	case SHOT_MQTT_DONE:
		lua_pushinteger(L, event->mid);
		break;
	case SHOT_MQTT_END:
		break;
	}
	if (event->kind == SHOT_MQTT_DONE && !event->is_refused) {
		return 2;
	}
	lua_pushstring(L, event->err.message);
	lua_pushstring(L, event->err.code);
	return event->kind == SHOT_MQTT_DONE ? 4 : 3;
}

static int connection_take(lua_State *L)
{
	struct shot_mqtt *client = check_connection(L);
	struct shot_mqtt_event **handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = NULL;
	luaL_setmetatable(L, EVENT);
	struct shot_mqtt_event *event = *handle = shot_mqtt_take(client);
	if (!event) {
		return 0;
	}
	int count = push_event(L, event);
	*handle = NULL;
	shot_mqtt_event_free(event);
	return count;
}

/* Reads the pairs of the table in the field `properties`, whose strings the table holds. */
static size_t read_properties(lua_State *L, struct shot_mqtt_property list[MOST_PROPERTIES])
{
	size_t count = 0;
	if (lua_getfield(L, 4, "properties") == LUA_TNIL) {
		return 0;
	}
	luaL_argcheck(L, lua_istable(L, -1), 4, "a table of properties expected");
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		if (count == MOST_PROPERTIES || lua_type(L, -2) != LUA_TSTRING ||
			lua_type(L, -1) != LUA_TSTRING) {
			luaL_argerror(L, 4, "at most 16 names of properties with strings expected");
		}
		list[count++] = (struct shot_mqtt_property){(char *)(uintptr_t)lua_tostring(L, -2),
			(char *)(uintptr_t)lua_tostring(L, -1)};
		lua_pop(L, 1);
	}
	return count; /* the table stays on the stack */
}

static int connection_send(lua_State *L)
{
	static const char *const names[] = {
		"quality", "retained", "content_type", "correlation", "properties", NULL};
	struct shot_mqtt *client = check_connection(L);
	struct shot_mqtt_property list[MOST_PROPERTIES];
	struct shot_mqtt_message message = {.topic = luaL_checkstring(L, 2)};
	message.payload = luaL_checklstring(L, 3, &message.size);
	lua_settop(L, 4);
	if (shotL_check_options(L, 4, names)) {
		message.count = read_properties(L, list);
		message.properties = list;
		lua_getfield(L, 4, "correlation");
		message.correlation = luaL_optlstring(L, -1, NULL, &message.correlation_size);
		luaL_argcheck(
			L, message.correlation_size <= UINT16_MAX, 4, "correlation is too long");
	}
	message.quality = (int)shotL_field_integer(L, 4, "quality", 1, 0, 1);
	message.is_retained = shotL_field_boolean(L, 4, "retained", false);
	message.content_type = shotL_field_string(L, 4, "content_type", NULL);
	int mid = 0;
	struct shot_error err;
	if (!shot_mqtt_publish(client, &message, &mid, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, mid);
	return 1;
}

static int connection_subscribe(lua_State *L)
{
	struct shot_mqtt *client = check_connection(L);
	const char *filter = luaL_checkstring(L, 2);
	lua_Integer quality = luaL_optinteger(L, 3, 1);
	luaL_argcheck(L, quality == 0 || quality == 1, 3, "0 or 1 expected");
	int mid;
	struct shot_error err;
	if (!shot_mqtt_subscribe(client, filter, (int)quality, &mid, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, mid);
	return 1;
}

static int connection_is_sending(lua_State *L)
{
	lua_pushboolean(L, shot_mqtt_is_sending(check_connection(L)));
	return 1;
}

static int connection_leave(lua_State *L)
{
	shot_mqtt_leave(check_connection(L));
	return 0;
}

void shotL_open_mqtt(lua_State *L)
{
	static const luaL_Reg methods[] = {{"close", connection_finish}, {"fd", connection_fd},
		{"is_sending", connection_is_sending}, {"leave", connection_leave},
		{"run", connection_run}, {"send", connection_send},
		{"subscribe", connection_subscribe}, {"take", connection_take}, {NULL, NULL}};
	static const luaL_Reg ends[] = {
		{"__gc", connection_finish}, {"__close", connection_finish}, {NULL, NULL}};
	shotL_new_type(L, CONNECTION, ends, "a connection to a broker", methods);
	shotL_new_owner_type(L, EVENT, event_finish);
	lua_pushcfunction(L, mqtt_open);
	lua_setfield(L, -2, "mqtt_open");
}
