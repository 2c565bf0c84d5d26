/* libmosquitto. luashot loads it at the first use, because few scripts talk to a broker. */
#ifndef SHOT_MQTT_LIBRARY_H
#define SHOT_MQTT_LIBRARY_H

#include <mosquitto.h>
#if LIBMOSQUITTO_VERSION_NUMBER < 2001000 /* newer ones include it themselves, and warn */
#include <mqtt_protocol.h>
#endif

#include "base/error.h"

/* The functions that luashot uses. */
#define SHOT_MOSQUITTO_FUNCTIONS(X) \
	X(lib_init) \
	X(new) \
	X(destroy) \
	X(user_data_set) \
	X(int_option) \
	X(username_pw_set) \
	X(tls_set) \
	X(will_set) \
	X(connect_bind_v5) \
	X(disconnect_v5) \
	X(publish_v5) \
	X(subscribe_v5) \
	X(socket) \
	X(want_write) \
	X(loop_read) \
	X(loop_write) \
	X(loop_misc) \
	X(connect_v5_callback_set) \
	X(disconnect_v5_callback_set) \
	X(publish_v5_callback_set) \
	X(subscribe_v5_callback_set) \
	X(message_v5_callback_set) \
	X(log_callback_set) \
	X(strerror) \
	X(connack_string) \
	X(reason_string) \
	X(property_add_int32) \
	X(property_add_binary) \
	X(property_add_string) \
	X(property_add_string_pair) \
	X(property_read_binary) \
	X(property_read_string) \
	X(property_read_string_pair) \
	X(property_free_all)

#define SHOT_MOSQUITTO_POINTER(name) __typeof__(mosquitto_##name) *name;
struct shot_mosquitto {
	SHOT_MOSQUITTO_FUNCTIONS(SHOT_MOSQUITTO_POINTER)
};
#undef SHOT_MOSQUITTO_POINTER

/* Returns the functions, or NULL with ENOTSUP if the library is not installed. */
const struct shot_mosquitto *shot_mosquitto(struct shot_error *err);

#endif
