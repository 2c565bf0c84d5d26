/* Connects to a broker on a thread, because looking up its name and waiting for it take time. */
#ifndef SHOT_MQTT_DIAL_H
#define SHOT_MQTT_DIAL_H

#include <stdbool.h>

#include "mqtt/library.h"

struct shot_dial;

struct shot_dial_options {
	const char *host;
	int port;
	unsigned keepalive; /* seconds */
	unsigned expiry;    /* seconds that the broker keeps a session after its end; MQTT 5 */
	unsigned largest;   /* bytes of a packet from the broker; 0: any; MQTT 5 */
	bool is_five;
};

/* Start to connect `client`, which belongs to the dial from now on, even after a failure. */
struct shot_dial *shot_dial_begin(const struct shot_mosquitto *mosquitto, struct mosquitto *client,
	const struct shot_dial_options *options, struct shot_error *err);

/* The descriptor that is readable when the thread has finished. */
int shot_dial_fd(const struct shot_dial *dial);

struct shot_dial_result {
	struct mosquitto *client; /* the caller's */
	int code;		  /* one of MOSQ_ERR_… */
	int number;		  /* the errno of MOSQ_ERR_ERRNO */
	char said[160];		  /* the library's last complaint */
};

/* Returns whether the thread has finished, and its result, once. The library's callbacks and their
 * argument are the caller's to set then. */
bool shot_dial_take(struct shot_dial *dial, struct shot_dial_result *result);

/* Give it up, at once; a thread that still waits frees its resources later. NULL is allowed. */
void shot_dial_end(struct shot_dial *dial);

#endif
