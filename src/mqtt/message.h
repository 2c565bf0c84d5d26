/* A message for a broker, and the library's result of sending one. */
#ifndef SHOT_MQTT_MESSAGE_H
#define SHOT_MQTT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "mqtt/event.h"

struct mosquitto;
struct shot_mosquitto; /* mqtt/library.h */

struct shot_mqtt_message {
	const char *topic;
	const void *payload;
	size_t size;
	int quality; /* 0, or 1: the broker acknowledges it */
	bool is_retained;
	const char *content_type;		     /* NULL: none */
	const struct shot_mqtt_property *properties; /* these three in MQTT 5 alone */
	size_t count;
	const void *correlation; /* NULL: none */
	size_t correlation_size;
};

/* Hand a copy of it to the library, which names it `*mid`. Returns one of MOSQ_ERR_…. */
int shot_mqtt_message_send(const struct shot_mosquitto *mosquitto, struct mosquitto *client,
	bool is_five, const struct shot_mqtt_message *message, int *mid);

/* Returns whether such a result about `topic` is a success; fails as shot_mqtt_publish. */
bool shot_mqtt_is_accepted(int code, const char *topic, struct shot_error *err);

#endif
