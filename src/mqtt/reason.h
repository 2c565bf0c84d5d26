/* Explains in words why a broker refused a connection, and why a connection has ended. */
#ifndef SHOT_MQTT_REASON_H
#define SHOT_MQTT_REASON_H

#include <stdbool.h>

#include "mqtt/library.h"

/* Explain the broker's refusal: EACCES for the user, EVERSION for the version, else ELOST. */
void shot_mqtt_explain_refusal(
	const struct shot_mosquitto *mosquitto, bool is_five, int reason, struct shot_error *err);

struct shot_mqtt_end {
	int code;	  /* one of MOSQ_ERR_…, or the broker's reason of MQTT 5 */
	int number;	  /* the errno of MOSQ_ERR_ERRNO */
	const char *said; /* the library's last complaint, or "" */
	bool is_five, is_encrypted;
	bool was_open; /* the broker had accepted the connection */
};

/* Explain the end of a connection: EVERSION when a broker's first answer is not MQTT 5, EACCES
 * when TLS fails, the name of an errno, else ELOST. */
void shot_mqtt_explain_end(const struct shot_mosquitto *mosquitto, const struct shot_mqtt_end *end,
	struct shot_error *err);

#endif
