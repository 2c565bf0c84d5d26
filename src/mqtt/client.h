/* One connection to an MQTT broker, by libmosquitto; no call waits. After its end make another:
 * only messages that the broker keeps outlive a connection. Not thread-safe.
 *
 * luashot trusts the broker: libmosquitto 2.0.11 calls abort(3) when a broker sends a property of
 * MQTT 5 that does not exist; 2.0.21 does not. In version 3.1.1, which has no properties, a false
 * broker can only end the connection. */
#ifndef SHOT_MQTT_CLIENT_H
#define SHOT_MQTT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mqtt/event.h"
#include "mqtt/message.h"
#include "mqtt/options.h"

struct shot_mqtt;

/* Begin to connect. Fails with ENOTSUP without libmosquitto, EINVAL for an option that libmosquitto
 * does not accept (including a file that it cannot read), ENOMEM. */
struct shot_mqtt *shot_mqtt_open(const struct shot_mqtt_options *options, struct shot_error *err);

/* The descriptor that is readable when shot_mqtt_run has work. */
int shot_mqtt_fd(const struct shot_mqtt *client);

/* Do all work that needs no waiting. Returns the milliseconds until the next call is due, or -1:
 * when the descriptor is readable. */
int64_t shot_mqtt_run(struct shot_mqtt *client);

/* Take the next event, which is the caller's then; NULL when there is none. */
struct shot_mqtt_event *shot_mqtt_take(struct shot_mqtt *client);

/* Publish a message, which is copied; `*mid` names it until its DONE. Fails with EINVAL for an
 * invalid topic, EFBIG for more than the broker takes, ELOST without a connection, ENOMEM. */
bool shot_mqtt_publish(struct shot_mqtt *client, const struct shot_mqtt_message *message, int *mid,
	struct shot_error *err);

/* Begin to get the messages of the topics that `filter` matches; `*mid` likewise. A broker may
 * refuse it. */
bool shot_mqtt_subscribe(struct shot_mqtt *client, const char *filter, int quality, int *mid,
	struct shot_error *err);

/* Whether bytes wait to be sent. */
bool shot_mqtt_is_sending(const struct shot_mqtt *client);

/* Tell the broker that the end is intended, so that it does not publish the will. */
void shot_mqtt_leave(struct shot_mqtt *client);

/* Disconnect and free. NULL is allowed. */
void shot_mqtt_close(struct shot_mqtt *client);

#endif
