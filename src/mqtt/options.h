/* The options of a connection to a broker, and a client of the library that has them. */
#ifndef SHOT_MQTT_OPTIONS_H
#define SHOT_MQTT_OPTIONS_H

#include <stdbool.h>

#include "base/error.h"

struct mosquitto;
struct shot_mosquitto; /* mqtt/library.h */

struct shot_mqtt_options {
	const char *host;
	int port;
	const char *id;		     /* of the client; NULL: the broker invents one */
	bool is_five;		     /* MQTT 5, else 3.1.1 */
	unsigned keepalive;	     /* seconds, 5 or more */
	unsigned expiry;	     /* seconds that the broker keeps the session for; 0: it ends */
	unsigned largest;	     /* bytes of a message that is not dropped; 0: any */
	const char *user, *password; /* or NULL */
	bool is_encrypted;	     /* TLS; the broker's name is checked */
	const char *ca;		     /* a file; NULL: the system's authorities */
	const char *certificate, *key; /* files of this client, or NULL */
	const char *will_topic;	       /* NULL: none */
	const char *will; /* the broker's message there, retained, when this client is lost */
};

/* Make a client of the library, which is the caller's. Fails with EINVAL for an option that the
 * library does not accept, the errno of a file that cannot be read, ENOMEM. */
struct mosquitto *shot_mqtt_options_client(const struct shot_mosquitto *mosquitto,
	const struct shot_mqtt_options *options, struct shot_error *err);

#endif
