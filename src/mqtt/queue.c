#include "mqtt/queue.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PROPERTIES 64 /* of one message */

void shot_mqtt_queue_init(struct shot_mqtt_queue *queue, size_t largest)
{
	*queue = (struct shot_mqtt_queue){.end = &queue->first, .largest = largest};
}

struct shot_mqtt_event *shot_mqtt_queue_add(struct shot_mqtt_queue *queue, enum shot_mqtt_kind kind)
{
	struct shot_mqtt_event *event = calloc(1, sizeof *event);
	if (event) {
		event->kind = kind;
		*queue->end = event;
		queue->end = &event->next;
		queue->count++;
	}
	return event;
}

struct shot_mqtt_event *shot_mqtt_queue_take(struct shot_mqtt_queue *queue)
{
	struct shot_mqtt_event *event = queue->first;
	if (event) {
		queue->first = event->next;
		queue->count--;
		if (!queue->first) {
			queue->end = &queue->first;
		}
	}
	return event;
}

static bool read_pairs(struct shot_mqtt_event *event, const struct shot_mosquitto *mosquitto,
	const mosquitto_property *properties)
{
	event->properties = calloc(MOST_PROPERTIES, sizeof *event->properties);
	if (!event->properties) {
		return false;
	}
	bool again = false;
	while (event->count < MOST_PROPERTIES) {
		struct shot_mqtt_property *pair = &event->properties[event->count];
		properties = mosquitto->property_read_string_pair(
			properties, MQTT_PROP_USER_PROPERTY, &pair->name, &pair->value, again);
		if (!properties) {
			break;
		}
		event->count++;
		again = true;
	}
	return true;
}

bool shot_mqtt_queue_add_message(struct shot_mqtt_queue *queue,
	const struct shot_mosquitto *mosquitto, const struct mosquitto_message *message,
	const mosquitto_property *properties)
{
	size_t length = (size_t)message->payloadlen;
	if (queue->largest > 0 && length > queue->largest) {
		return true;
	}
	struct shot_mqtt_event *event = shot_mqtt_queue_add(queue, SHOT_MQTT_MESSAGE);
	if (!event) {
		return false;
	}
	event->topic = strdup(message->topic);
	event->size = length;
	event->payload = malloc(event->size + 1);
	event->is_retained = message->retain;
	if (!event->topic || !event->payload) {
		return false;
	}
	memcpy(event->payload, event->size > 0 ? message->payload : "", event->size);
	if (!properties) {
		return true;
	}
	uint16_t size = 0;
	mosquitto->property_read_string(
		properties, MQTT_PROP_RESPONSE_TOPIC, &event->response_topic, false);
	if (mosquitto->property_read_binary(
		    properties, MQTT_PROP_CORRELATION_DATA, &event->correlation, &size, false)) {
		event->correlation_size = size;
	}
	return read_pairs(event, mosquitto, properties);
}
