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
#include "mqtt/reason.h"

#define EVENTS 64	/* before the owner has to take some */
#define HANDSHAKE_MS 50 /* between two attempts to send while TLS is set up */

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
	shot_mqtt_explain_end(client->mosquitto,
		&(struct shot_mqtt_end){.code = code,
			.number = number,
			.said = client->said,
			.is_five = client->is_five,
			.is_encrypted = client->is_encrypted,
			.was_open = client->is_open},
		&err);
	end(client, &err);
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
	struct shot_error err;
	shot_mqtt_explain_refusal(client->mosquitto, client->is_five, reason, &err);
	end(client, &err);
}

static void on_disconnect(
	struct mosquitto *unused, void *argument, int code, const mosquitto_property *properties)
{
	struct shot_mqtt *client = argument;
	(void)unused, (void)properties;
	fail(client, code == 0 ? MOSQ_ERR_CONN_LOST : code, errno);
}

/* The broker has taken a message or a filter, or refuses it: `what`. */
static void settle(struct shot_mqtt *client, int mid, int reason, const char *what)
{
	struct shot_mqtt_event *event = shot_mqtt_queue_add(&client->events, SHOT_MQTT_DONE);
	if (!event) {
		fail(client, MOSQ_ERR_NOMEM, 0);
		return;
	}
	event->mid = mid;
	if (reason >= MQTT_RC_UNSPECIFIED) {
		event->is_refused = true;
		shot_fail(&event->err, "EACCES", "the broker refuses %s: %s", what,
			client->mosquitto->reason_string(reason));
	}
}

static void on_done(struct mosquitto *unused, void *argument, int mid, int reason,
	const mosquitto_property *properties)
{
	(void)unused, (void)properties;
	settle(argument, mid, reason, "a message");
}

static void on_subscribe(struct mosquitto *unused, void *argument, int mid, int count,
	const int *granted, const mosquitto_property *properties)
{
	(void)unused, (void)properties;
	settle(argument, mid, count == 1 ? granted[0] : MQTT_RC_UNSPECIFIED, "a subscription");
}

static void on_message(struct mosquitto *unused, void *argument,
	const struct mosquitto_message *message, const mosquitto_property *properties)
{
	struct shot_mqtt *client = argument;
	(void)unused;
	if (!shot_mqtt_queue_add_message(&client->events, client->mosquitto, message, properties)) {
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

static bool wait_for(struct shot_mqtt *client, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};
	return epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool begin(
	struct shot_mqtt *client, const struct shot_mqtt_options *options, struct shot_error *err)
{
	const struct shot_mosquitto *mosquitto = client->mosquitto;
	struct mosquitto *made = shot_mqtt_options_client(mosquitto, options, err);
	if (!made) {
		return false;
	}
	client->dial = shot_dial_begin(mosquitto, made,
		&(struct shot_dial_options){.host = options->host,
			.port = options->port,
			.keepalive = options->keepalive,
			.expiry = options->expiry,
			.largest = options->largest,
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
	shot_mqtt_queue_init(&client->events, options->largest);
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
	mosquitto->subscribe_v5_callback_set(client->client, on_subscribe);
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

static bool is_connected(const struct shot_mqtt *client, struct shot_error *err)
{
	return (client->client && !client->has_ended) ||
	       shot_fail(err, "ELOST", "there is no connection to the broker");
}

bool shot_mqtt_publish(struct shot_mqtt *client, const struct shot_mqtt_message *message, int *mid,
	struct shot_error *err)
{
	if (!is_connected(client, err)) {
		return false;
	}
	sigset_t before;
	shot_broken_pipe_begin(&before);
	int code = shot_mqtt_message_send(
		client->mosquitto, client->client, client->is_five, message, mid);
	shot_broken_pipe_end(&before);
	watch_room(client);
	return shot_mqtt_is_accepted(code, message->topic, err);
}

bool shot_mqtt_subscribe(
	struct shot_mqtt *client, const char *filter, int quality, int *mid, struct shot_error *err)
{
	if (!is_connected(client, err)) {
		return false;
	}
	sigset_t before;
	shot_broken_pipe_begin(&before);
	int code = client->mosquitto->subscribe_v5(client->client, mid, filter, quality, 0, NULL);
	shot_broken_pipe_end(&before);
	watch_room(client);
	return shot_mqtt_is_accepted(code, filter, err);
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
