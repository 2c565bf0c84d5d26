#include "mqtt/event.h"

#include <stdlib.h>

void shot_mqtt_event_free(struct shot_mqtt_event *event)
{
	if (!event) {
		return;
	}
	for (size_t i = 0; i < event->count; i++) {
		free(event->properties[i].name);
		free(event->properties[i].value);
	}
	free(event->properties);
	free(event->correlation);
	free(event->response_topic);
	free(event->payload);
	free(event->topic);
	free(event);
}
