/* Connections to MQTT brokers under luashot.fleet: objects that only luashot's own Lua files see.
 */
#ifndef SHOT_LUA_MQTT_H
#define SHOT_LUA_MQTT_H

#include <lua.h>

/* Register the type, and add to the module table on top of the stack (failures: nil, message, code)
 *
 *	mqtt_open{host, port, id, version, keepalive, expiry, user, password, encrypted, ca,
 *	    certificate, key, will_topic, will} -> connection
 *	connection:fd()    readable when run has work
 *	connection:run() -> seconds until the next run, or nil
 *	connection:take() -> one of: nothing; "open"; "done", mid; "done", mid, message, code;
 *	    "end", message, code; "message", {topic, payload, retained, response_topic,
 *	    correlation, properties}
 *	connection:send(topic, payload, {quality, retained, content_type, correlation,
 *	    properties}) -> mid
 *	connection:subscribe(filter, quality) -> mid
 *	connection:is_sending(), :leave(), :close() */
void shotL_open_mqtt(lua_State *L);

#endif
