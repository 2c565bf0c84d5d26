#include "mqtt/options.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "mqtt/library.h"

#define AUTHORITIES "/etc/ssl/certs"

/* A key with a password is refused; the library would ask for it on the terminal. */
static int no_password(char *buffer, int size, int writing, void *unused)
{
	(void)buffer, (void)size, (void)writing, (void)unused;
	return 0;
}

static bool check(int code, const char *thing, const char *value, struct shot_error *err)
{
	return code == MOSQ_ERR_SUCCESS ||
	       shot_fail(err, code == MOSQ_ERR_NOMEM ? "ENOMEM" : "EINVAL",
		       "libmosquitto does not accept the %s '%.120s'", thing, value ? value : "");
}

static bool set_encryption(const struct shot_mosquitto *mosquitto, struct mosquitto *client,
	const struct shot_mqtt_options *options, struct shot_error *err)
{
	const char *const files[] = {options->ca, options->certificate, options->key};
	for (size_t i = 0; i < 3; i++) {
		if (files[i] && access(files[i], R_OK) != 0) {
			return shot_fail_errno(err, errno, "cannot read %.160s", files[i]);
		}
	}
	if (!options->ca && !options->certificate) {
		return check(mosquitto->int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1),
			"authorities", AUTHORITIES, err);
	}
	return check(mosquitto->tls_set(client, options->ca, options->ca ? NULL : AUTHORITIES,
			     options->certificate, options->key, no_password),
		"authorities", options->ca ? options->ca : AUTHORITIES, err);
}

static bool configure(const struct shot_mosquitto *mosquitto, struct mosquitto *client,
	const struct shot_mqtt_options *options, struct shot_error *err)
{
	int version = options->is_five ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311;
	mosquitto->int_option(client, MOSQ_OPT_PROTOCOL_VERSION, version);
	mosquitto->int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto->int_option(client, MOSQ_OPT_SEND_MAXIMUM, UINT16_MAX); /* the owner bounds it */
	return (!options->user ||
		       check(mosquitto->username_pw_set(client, options->user, options->password),
			       "user", options->user, err)) &&
	       (!options->will_topic ||
		       check(mosquitto->will_set(client, options->will_topic,
				     (int)strlen(options->will), options->will, 1, true),
			       "topic", options->will_topic, err)) &&
	       (!options->is_encrypted || set_encryption(mosquitto, client, options, err));
}

struct mosquitto *shot_mqtt_options_client(const struct shot_mosquitto *mosquitto,
	const struct shot_mqtt_options *options, struct shot_error *err)
{
	struct mosquitto *made =
		mosquitto->new (options->id, !options->id || options->expiry == 0, NULL);
	if (!made) {
		check(errno == ENOMEM ? MOSQ_ERR_NOMEM : MOSQ_ERR_INVAL, "client's id", options->id,
			err);
		return NULL;
	}
	if (!configure(mosquitto, made, options, err)) {
		mosquitto->destroy(made);
		return NULL;
	}
	return made;
}
