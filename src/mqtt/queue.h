/* The events of a connection that wait to be taken. */
#ifndef SHOT_MQTT_QUEUE_H
#define SHOT_MQTT_QUEUE_H

#include "mqtt/event.h"
#include "mqtt/library.h"

struct shot_mqtt_queue {
	struct shot_mqtt_event *first, **end;
	size_t count;
	size_t largest; /* bytes of a message that is kept; 0: any */
};

/* Begin empty. */
void shot_mqtt_queue_init(struct shot_mqtt_queue *queue, size_t largest);

/* Append an empty event; NULL when there is no memory. */
struct shot_mqtt_event *shot_mqtt_queue_add(
	struct shot_mqtt_queue *queue, enum shot_mqtt_kind kind);

/* Take the first event, which is the caller's then; NULL when there is none. */
struct shot_mqtt_event *shot_mqtt_queue_take(struct shot_mqtt_queue *queue);

/* Append a message that libmosquitto hands over. One that is too large is dropped: MQTT 3.1.1 has
 * no way to tell the broker the limit, and a false broker does not heed it. False when there is no
 * memory. */
bool shot_mqtt_queue_add_message(struct shot_mqtt_queue *queue,
	const struct shot_mosquitto *mosquitto, const struct mosquitto_message *message,
	const mosquitto_property *properties);

#endif
