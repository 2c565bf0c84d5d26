/* Connections to MQTT brokers under luashot.fleet: objects that only luashot's own Lua files see.
 */
#ifndef SHOT_LUA_MQTT_H
#define SHOT_LUA_MQTT_H

#include <lua.h>

/* Add to the module table on top of the stack
 *   mqtt_open{host, port, id, version, keepalive, expiry, user, password, encrypted, ca,
 * certificate, key, will_topic, will} -> connection; nil, message, code and the types.
 * connection:fd(), :run() -> seconds until the next run | nil; :take() -> "open" | "done", mid [,
 * message, code] | "message", {topic, payload, retained, response_topic, correlation, properties} |
 * "end", message, code | nothing; :send(topic, payload, {quality, retained, content_type,
 * correlation, properties}) -> mid; :subscribe(filter, quality)
 * -> mid; nil, message, code likewise; :is_sending(), :leave(), :close(). */
void shotL_open_mqtt(lua_State *L);

#endif
