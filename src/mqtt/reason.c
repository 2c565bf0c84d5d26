#include "mqtt/reason.h"

#include <errno.h>

static bool is_forbidden(bool is_five, int reason)
{
	return is_five ? reason == MQTT_RC_NOT_AUTHORIZED ||
				 reason == MQTT_RC_BAD_USERNAME_OR_PASSWORD
		       : reason == CONNACK_REFUSED_NOT_AUTHORIZED ||
				 reason == CONNACK_REFUSED_BAD_USERNAME_PASSWORD;
}

static bool is_other_version(int reason)
{
	return reason == CONNACK_REFUSED_PROTOCOL_VERSION ||
	       reason == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION;
}

void shot_mqtt_explain_refusal(
	const struct shot_mosquitto *mosquitto, bool is_five, int reason, struct shot_error *err)
{
	const char *text = is_five && reason >= MQTT_RC_UNSPECIFIED
				   ? mosquitto->reason_string(reason)
				   : mosquitto->connack_string(reason);
	if (is_forbidden(is_five, reason)) {
		shot_fail(err, "EACCES", "the broker refuses this client: %s", text);
	} else if (is_other_version(reason)) {
		shot_fail(err, "EVERSION", "the broker does not speak MQTT %s",
			is_five ? "5" : "3.1.1");
	} else {
		shot_fail(err, "ELOST", "the broker refuses the connection: %s", text);
	}
}

/* A broker of 3.1.1 refuses MQTT 5 in its own, shorter form, which libmosquitto 2.0.21 takes for a
 * broken packet; 2.0.11 recognizes it. */
static bool is_answer_of_another_version(const struct shot_mqtt_end *end)
{
	return end->is_five && !end->was_open &&
	       (end->code == MOSQ_ERR_MALFORMED_PACKET || end->code == MOSQ_ERR_PROTOCOL);
}

void shot_mqtt_explain_end(const struct shot_mosquitto *mosquitto, const struct shot_mqtt_end *end,
	struct shot_error *err)
{
	if (end->code == MOSQ_ERR_ERRNO && end->number != 0 && end->number != EPROTO) {
		shot_fail_errno(err, end->number, "the connection to the broker failed");
	} else if (end->is_five && end->code >= MQTT_RC_UNSPECIFIED) {
		shot_fail(err, "ELOST", "the broker ended the connection: %s",
			mosquitto->reason_string(end->code));
	} else if (end->code == MOSQ_ERR_EAI) {
		shot_fail(err, "ELOST", "the broker's name has no address");
	} else if (is_answer_of_another_version(end)) {
		shot_fail(err, "EVERSION", "the broker does not answer in MQTT 5");
	} else if (end->code == MOSQ_ERR_KEEPALIVE) { /* strerror has no words for it */
		shot_fail(err, "ELOST", "the broker does not answer any more");
	} else if (*end->said) {
		shot_fail(err, end->code == MOSQ_ERR_TLS || end->is_encrypted ? "EACCES" : "ELOST",
			"the connection to the broker failed: %s", end->said);
	} else {
		shot_fail(err, "ELOST", "the connection to the broker ended: %s",
			mosquitto->strerror(end->code));
	}
}
