#include "mqtt/message.h"

#include <stdint.h>

#include "mqtt/library.h"

bool shot_mqtt_is_accepted(int code, const char *topic, struct shot_error *err)
{
	switch (code) {
	case MOSQ_ERR_SUCCESS:
		return true;
	case MOSQ_ERR_NOMEM:
		return shot_fail(err, "ENOMEM", "not enough memory for a message");
	case MOSQ_ERR_OVERSIZE_PACKET:
	case MOSQ_ERR_PAYLOAD_SIZE:
		return shot_fail(err, "EFBIG", "the message is larger than the broker takes");
	case MOSQ_ERR_INVAL:
	case MOSQ_ERR_MALFORMED_UTF8:
		return shot_fail(err, "EINVAL", "no topic of MQTT: '%.160s'", topic);
	default:
		return shot_fail(err, "ELOST", "there is no connection to the broker");
	}
}

static mosquitto_property *make_properties(
	const struct shot_mosquitto *mosquitto, const struct shot_mqtt_message *message)
{
	mosquitto_property *list = NULL;
	if (message->content_type) {
		mosquitto->property_add_string(
			&list, MQTT_PROP_CONTENT_TYPE, message->content_type);
	}
	if (message->correlation) {
		mosquitto->property_add_binary(&list, MQTT_PROP_CORRELATION_DATA,
			message->correlation, (uint16_t)message->correlation_size);
	}
	for (size_t i = 0; i < message->count; i++) {
		mosquitto->property_add_string_pair(&list, MQTT_PROP_USER_PROPERTY,
			message->properties[i].name, message->properties[i].value);
	}
	return list;
}

int shot_mqtt_message_send(const struct shot_mosquitto *mosquitto, struct mosquitto *client,
	bool is_five, const struct shot_mqtt_message *message, int *mid)
{
	if (message->size > MQTT_MAX_PAYLOAD) {
		return MOSQ_ERR_PAYLOAD_SIZE;
	}
	mosquitto_property *properties = is_five ? make_properties(mosquitto, message) : NULL;
	int code = mosquitto->publish_v5(client, mid, message->topic, (int)message->size,
		message->payload, message->quality, message->is_retained, properties);
	mosquitto->property_free_all(&properties);
	return code;
}
