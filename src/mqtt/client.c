#include "mqtt/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/broken_pipe.h"
#include "base/fork.h"
#include "mqtt/dial.h"
#include "mqtt/queue.h"

#define EVENTS 64	/* before the owner has to take some */
#define HANDSHAKE_MS 50 /* between two attempts to send while TLS is set up */
#define AUTHORITIES "/etc/ssl/certs"

struct shot_mqtt {
	const struct shot_mosquitto *mosquitto;
	struct shot_dial *dial; /* NULL once it is over */
	struct mosquitto *client;
	struct shot_mqtt_queue events;
	struct shot_fork_guard guard; /* while `socket` is 0 or more */
	int epoll, socket;
	uint32_t awaited; /* events of the socket that epoll waits for */
	int64_t misc_ms;  /* between two looks of the library at the time */
	bool is_five, is_encrypted;
	bool is_open; /* the broker has accepted it */
	bool has_ended;
	char said[160]; /* the library's last complaint */
};

/* --- events ----------------------------------------------------------------------------------- */

static void unwatch(struct shot_mqtt *client)
{
	if (client->socket >= 0) {
		shot_fork_guard_end(&client->guard);
		epoll_ctl(client->epoll, EPOLL_CTL_DEL, client->socket, NULL);
		client->socket = -1;
	}
}

/* Adds the last event, once; the descriptor stays readable for it by the queue's owner. */
static void end(struct shot_mqtt *client, const struct shot_error *err)
{
	if (client->has_ended) {
		return;
	}
	client->has_ended = true;
	struct shot_mqtt_event *event = shot_mqtt_queue_add(&client->events, SHOT_MQTT_END);
	if (event) {
		event->err = *err;
	}
}

/* Ends it because of a result of the library. */
static void fail(struct shot_mqtt *client, int code, int number)
{
	struct shot_error err;
	if (code == MOSQ_ERR_ERRNO && number != 0 && number != EPROTO) {
		shot_fail_errno(&err, number, "the connection to the broker failed");
	} else if (code == MOSQ_ERR_EAI) {
		shot_fail(&err, "ELOST", "the broker's name has no address");
	} else if (*client->said) {
		shot_fail(&err, code == MOSQ_ERR_TLS || client->is_encrypted ? "EACCES" : "ELOST",
			"the connection to the broker failed: %s", client->said);
	} else {
		shot_fail(&err, "ELOST", "the connection to the broker ended: %s",
			client->mosquitto->strerror(code));
	}
	end(client, &err);
}

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

static void on_connect(struct mosquitto *unused, void *argument, int reason, int flags,
	const mosquitto_property *properties)
{
	struct shot_mqtt *client = argument;
	(void)unused, (void)flags, (void)properties;
	if (reason == 0) {
		client->is_open = shot_mqtt_queue_add(&client->events, SHOT_MQTT_OPEN) != NULL;
		return;
	}
	const struct shot_mosquitto *mosquitto = client->mosquitto;
	const char *text = client->is_five && reason >= MQTT_RC_UNSPECIFIED
				   ? mosquitto->reason_string(reason)
				   : mosquitto->connack_string(reason);
	struct shot_error err;
	if (is_forbidden(client->is_five, reason)) {
		shot_fail(&err, "EACCES", "the broker refuses this client: %s", text);
	} else if (is_other_version(reason)) {
		shot_fail(&err, "EVERSION", "the broker does not speak MQTT %s",
			client->is_five ? "5" : "3.1.1");
	} else {
		shot_fail(&err, "ELOST", "the broker refuses the connection: %s", text);
	}
	end(client, &err);
}

static void on_disconnect(
	struct mosquitto *unused, void *argument, int code, const mosquitto_property *properties)
{
	struct shot_mqtt *client = argument;
	(void)unused, (void)properties;
	struct shot_error err;
	if (client->is_five && code >= MQTT_RC_UNSPECIFIED) { /* the broker's reason */
		shot_fail(&err, "ELOST", "the broker ended the connection: %s",
			client->mosquitto->reason_string(code));
		end(client, &err);
	} else {
		fail(client, code == 0 ? MOSQ_ERR_CONN_LOST : code, errno);
	}
}

static void on_done(struct mosquitto *unused, void *argument, int mid, int reason,
	const mosquitto_property *properties)
{
	struct shot_mqtt *client = argument;
	(void)unused, (void)properties;
	struct shot_mqtt_event *event = shot_mqtt_queue_add(&client->events, SHOT_MQTT_DONE);
	if (!event) {
		return;
	}
	event->mid = mid;
	if (reason >= MQTT_RC_UNSPECIFIED) {
		event->is_refused = true;
		shot_fail(&event->err, "EACCES", "the broker refuses a message: %s",
			client->mosquitto->reason_string(reason));
	}
}

static void on_message(struct mosquitto *unused, void *argument,
	const struct mosquitto_message *message, const mosquitto_property *properties)
{
	struct shot_mqtt *client = argument;
	(void)unused;
	struct shot_mqtt_event *event = shot_mqtt_queue_add(&client->events, SHOT_MQTT_MESSAGE);
	if (!event || !shot_mqtt_event_set(event, client->mosquitto, message, properties)) {
		/* Lost memory is a lost connection: the broker sends the message again. */
		fail(client, MOSQ_ERR_NOMEM, 0);
	}
}

static void on_log(struct mosquitto *unused, void *argument, int level, const char *text)
{
	struct shot_mqtt *client = argument;
	(void)unused;
	if (level == MOSQ_LOG_ERR) {
		snprintf(client->said, sizeof client->said, "%s", text);
	}
}

/* --- opening ---------------------------------------------------------------------------------- */

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
		       "libmosquitto does not accept the %s %.120s", thing, value ? value : "");
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
		return check(mosquitto->int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1), "option",
			"of the system's authorities", err);
	}
	return check(mosquitto->tls_set(client, options->ca, options->ca ? NULL : AUTHORITIES,
			     options->certificate, options->key, no_password),
		"certificates", options->ca, err);
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

static bool wait_for(struct shot_mqtt *client, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};
	return epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool begin(
	struct shot_mqtt *client, const struct shot_mqtt_options *options, struct shot_error *err)
{
	const struct shot_mosquitto *mosquitto = client->mosquitto;
	struct mosquitto *made =
		mosquitto->new (options->id, !options->id || options->expiry == 0, NULL);
	if (!made) {
		return shot_fail(err, "EINVAL", "libmosquitto does not accept the client's id '%s'",
			options->id ? options->id : "");
	}
	if (!configure(mosquitto, made, options, err)) {
		mosquitto->destroy(made);
		return false;
	}
	client->dial = shot_dial_begin(mosquitto, made,
		&(struct shot_dial_options){.host = options->host,
			.port = options->port,
			.keepalive = options->keepalive,
			.expiry = options->expiry,
			.is_five = options->is_five},
		err);
	return client->dial && (wait_for(client, shot_dial_fd(client->dial), EPOLLIN) ||
				       shot_fail_errno(err, errno, "cannot wait for a broker"));
}

struct shot_mqtt *shot_mqtt_open(const struct shot_mqtt_options *options, struct shot_error *err)
{
	const struct shot_mosquitto *mosquitto = shot_mosquitto(err);
	struct shot_mqtt *client = mosquitto ? calloc(1, sizeof *client) : NULL;
	if (!client) {
		if (mosquitto) {
			shot_fail(err, "ENOMEM", "not enough memory for a connection");
		}
		return NULL;
	}
	client->mosquitto = mosquitto;
	client->socket = -1;
	client->is_five = options->is_five;
	client->is_encrypted = options->is_encrypted;
	client->misc_ms = (int64_t)options->keepalive * 1000 / 4;
	shot_mqtt_queue_init(&client->events);
	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	bool ok = client->epoll >= 0 ? begin(client, options, err)
				     : shot_fail_errno(err, errno, "cannot wait for a broker");
	if (!ok) {
		shot_mqtt_close(client);
		return NULL;
	}
	return client;
}

int shot_mqtt_fd(const struct shot_mqtt *client)
{
	return client->epoll;
}

/* --- at work ---------------------------------------------------------------------------------- */

static void listen_to_library(struct shot_mqtt *client)
{
	const struct shot_mosquitto *mosquitto = client->mosquitto;
	mosquitto->user_data_set(client->client, client);
	mosquitto->connect_v5_callback_set(client->client, on_connect);
	mosquitto->disconnect_v5_callback_set(client->client, on_disconnect);
	mosquitto->publish_v5_callback_set(client->client, on_done);
	mosquitto->message_v5_callback_set(client->client, on_message);
	mosquitto->log_callback_set(client->client, on_log);
}

/* Takes over what the thread has connected. */
static void adopt(struct shot_mqtt *client)
{
	struct shot_dial_result result;
	if (!shot_dial_take(client->dial, &result)) {
		return;
	}
	epoll_ctl(client->epoll, EPOLL_CTL_DEL, shot_dial_fd(client->dial), NULL);
	shot_dial_end(client->dial);
	client->dial = NULL;
	client->client = result.client;
	memcpy(client->said, result.said, sizeof client->said);
	listen_to_library(client);
	if (result.code != MOSQ_ERR_SUCCESS) {
		fail(client, result.code, result.number);
		return;
	}
	client->socket = client->mosquitto->socket(client->client);
	if (client->socket < 0 || !wait_for(client, client->socket, EPOLLIN)) {
		client->socket = -1;
		fail(client, MOSQ_ERR_NO_CONN, 0);
		return;
	}
	client->awaited = EPOLLIN;
	shot_fork_guard_begin(&client->guard, client->socket);
}

static bool is_setting_up(const struct shot_mqtt *client)
{
	return client->is_encrypted && !client->is_open;
}

/* Waits for room to send, where something waits to be sent. While TLS is set up the library always
 * has something, and there is always room. */
static void watch_room(struct shot_mqtt *client)
{
	if (client->has_ended) {
		unwatch(client);
		return;
	}
	if (client->socket < 0) {
		return;
	}
	bool is_sending = client->mosquitto->want_write(client->client);
	uint32_t wanted = EPOLLIN | (is_sending && !is_setting_up(client) ? EPOLLOUT : 0);
	if (wanted != client->awaited) {
		struct epoll_event event = {.events = wanted, .data.fd = client->socket};
		epoll_ctl(client->epoll, EPOLL_CTL_MOD, client->socket, &event);
		client->awaited = wanted;
	}
}

/* TLS keeps read bytes where epoll does not see them: a few reads without news are the end. */
static int read_all(struct shot_mqtt *client)
{
	int code = MOSQ_ERR_SUCCESS;
	for (int idle = client->is_encrypted ? 3 : 1; code == MOSQ_ERR_SUCCESS && idle > 0;) {
		size_t before = client->events.count;
		if (before >= EVENTS) {
			break;
		}
		code = client->mosquitto->loop_read(client->client, 1);
		idle -= client->events.count == before;
	}
	return code;
}

static void work(struct shot_mqtt *client)
{
	sigset_t before;
	shot_broken_pipe_begin(&before);
	errno = 0;
	int code = read_all(client);
	if (code == MOSQ_ERR_SUCCESS && !client->has_ended &&
		client->mosquitto->want_write(client->client)) {
		code = client->mosquitto->loop_write(client->client, 1);
	}
	if (code == MOSQ_ERR_SUCCESS && !client->has_ended) {
		code = client->mosquitto->loop_misc(client->client);
	}
	if (code != MOSQ_ERR_SUCCESS) {
		fail(client, code, errno);
	}
	shot_broken_pipe_end(&before);
}

int64_t shot_mqtt_run(struct shot_mqtt *client)
{
	if (client->dial) {
		adopt(client);
	}
	if (client->client && !client->has_ended) {
		work(client);
	}
	watch_room(client);
	if (client->events.count > 0) {
		return 0;
	}
	if (client->socket < 0) {
		return -1;
	}
	return is_setting_up(client) ? HANDSHAKE_MS : client->misc_ms;
}

struct shot_mqtt_event *shot_mqtt_take(struct shot_mqtt *client)
{
	return shot_mqtt_queue_take(&client->events);
}

static bool accept_result(int code, const char *topic, struct shot_error *err)
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

static bool is_connected(const struct shot_mqtt *client, struct shot_error *err)
{
	return (client->client && !client->has_ended) ||
	       shot_fail(err, "ELOST", "there is no connection to the broker");
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

bool shot_mqtt_publish(struct shot_mqtt *client, const struct shot_mqtt_message *message, int *mid,
	struct shot_error *err)
{
	if (!is_connected(client, err)) {
		return false;
	}
	if (message->size > MQTT_MAX_PAYLOAD) {
		return accept_result(MOSQ_ERR_PAYLOAD_SIZE, message->topic, err);
	}
	mosquitto_property *properties =
		client->is_five ? make_properties(client->mosquitto, message) : NULL;
	sigset_t before;
	shot_broken_pipe_begin(&before);
	int code = client->mosquitto->publish_v5(client->client, mid, message->topic,
		(int)message->size, message->payload, message->quality, message->is_retained,
		properties);
	shot_broken_pipe_end(&before);
	client->mosquitto->property_free_all(&properties);
	watch_room(client);
	return accept_result(code, message->topic, err);
}

bool shot_mqtt_subscribe(
	struct shot_mqtt *client, const char *filter, int quality, struct shot_error *err)
{
	if (!is_connected(client, err)) {
		return false;
	}
	sigset_t before;
	shot_broken_pipe_begin(&before);
	int code = client->mosquitto->subscribe_v5(client->client, NULL, filter, quality, 0, NULL);
	shot_broken_pipe_end(&before);
	watch_room(client);
	return accept_result(code, filter, err);
}

bool shot_mqtt_unsubscribe(struct shot_mqtt *client, const char *filter, struct shot_error *err)
{
	if (!is_connected(client, err)) {
		return false;
	}
	sigset_t before;
	shot_broken_pipe_begin(&before);
	int code = client->mosquitto->unsubscribe_v5(client->client, NULL, filter, NULL);
	shot_broken_pipe_end(&before);
	watch_room(client);
	return accept_result(code, filter, err);
}

bool shot_mqtt_is_sending(const struct shot_mqtt *client)
{
	return client->client && !client->has_ended &&
	       client->mosquitto->want_write(client->client);
}

void shot_mqtt_leave(struct shot_mqtt *client)
{
	if (client->client && !client->has_ended) {
		sigset_t before;
		shot_broken_pipe_begin(&before);
		client->mosquitto->disconnect_v5(client->client, 0, NULL);
		shot_broken_pipe_end(&before);
		watch_room(client);
	}
}

void shot_mqtt_close(struct shot_mqtt *client)
{
	if (!client) {
		return;
	}
	shot_dial_end(client->dial);
	unwatch(client);
	if (client->client) {
		sigset_t before;
		shot_broken_pipe_begin(&before);
		client->mosquitto->destroy(client->client);
		shot_broken_pipe_end(&before);
	}
	if (client->epoll >= 0) {
		close(client->epoll);
	}
	struct shot_mqtt_event *event;
	while ((event = shot_mqtt_take(client))) {
		shot_mqtt_event_free(event);
	}
	free(client);
}
