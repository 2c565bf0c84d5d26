/* News of a connection to a broker. */
#ifndef SHOT_MQTT_EVENT_H
#define SHOT_MQTT_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum shot_mqtt_kind {
	SHOT_MQTT_OPEN,	   /* the broker has accepted the connection */
	SHOT_MQTT_DONE,	   /* it has taken message or filter `mid`, or refuses it: `err` */
	SHOT_MQTT_MESSAGE, /* one that this client has subscribed to */
	SHOT_MQTT_END,	   /* the connection is over: `err`; nothing follows */
};

/* A property of a message in MQTT 5, both in UTF-8. */
struct shot_mqtt_property {
	char *name, *value;
};

struct shot_mqtt_event {
	enum shot_mqtt_kind kind;
	int mid;
	bool is_refused; /* DONE */
	struct shot_error err;
	char *topic; /* of a MESSAGE, and all that follows */
	void *payload;
	size_t size;
	bool is_retained;
	char *response_topic; /* NULL: none */
	void *correlation;    /* NULL: none */
	size_t correlation_size;
	struct shot_mqtt_property *properties;
	size_t count;
	struct shot_mqtt_event *next;
};

/* NULL is allowed. */
void shot_mqtt_event_free(struct shot_mqtt_event *event);

#endif
