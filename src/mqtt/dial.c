#include "mqtt/dial.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/broken_pipe.h"
#include "base/thread.h"
#include "mqtt/reach.h"

struct shot_dial {
	const struct shot_mosquitto *mosquitto;
	struct shot_dial_result result; /* its client is NULL once it is taken */
	struct shot_dial_options options;
	atomic_uint references; /* the owner's and the thread's */
	int done;		/* an eventfd */
	char host[];
};

static void let_go(struct shot_dial *dial)
{
	if (atomic_fetch_sub(&dial->references, 1) > 1) {
		return;
	}
	if (dial->result.client) {
		dial->mosquitto->destroy(dial->result.client);
	}
	close(dial->done);
	free(dial);
}

static void on_log(struct mosquitto *unused, void *argument, int level, const char *text)
{
	struct shot_dial *dial = argument;
	(void)unused;
	if (level == MOSQ_LOG_ERR) {
		snprintf(dial->result.said, sizeof dial->result.said, "%s", text);
	}
}

/* libmosquitto 2.1 asks for the address of a socket that it could not connect, so that its errno is
 * EBADF for whatever has happened. A broker that can be reached by now is worth another attempt. */
static int reason(const struct shot_dial *dial, int number)
{
	if (number != EBADF) {
		return number;
	}
	int failed = shot_mqtt_reach(dial->host, dial->options.port);
	return failed != 0 ? failed : EAGAIN;
}

static int connect_now(struct shot_dial *dial)
{
	const struct shot_mosquitto *mosquitto = dial->mosquitto;
	mosquitto_property *properties = NULL;
	mosquitto->user_data_set(dial->result.client, dial);
	mosquitto->log_callback_set(dial->result.client, on_log);
	errno = 0;
	if (dial->options.is_five && dial->options.expiry > 0) {
		mosquitto->property_add_int32(
			&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, dial->options.expiry);
	}
	if (dial->options.is_five && dial->options.largest > 0) {
		mosquitto->property_add_int32(
			&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, dial->options.largest);
	}
	int code = mosquitto->connect_bind_v5(dial->result.client, dial->host, dial->options.port,
		(int)dial->options.keepalive, NULL, properties);
	dial->result.number = code == MOSQ_ERR_ERRNO ? reason(dial, errno) : errno;
	mosquitto->property_free_all(&properties);
	return code;
}

static void *run(void *argument)
{
	struct shot_dial *dial = argument;
	sigset_t before;
	shot_broken_pipe_begin(&before);
	dial->result.code = connect_now(dial);
	shot_broken_pipe_end(&before);
	eventfd_write(dial->done, 1);
	let_go(dial);
	return NULL;
}

struct shot_dial *shot_dial_begin(const struct shot_mosquitto *mosquitto, struct mosquitto *client,
	const struct shot_dial_options *options, struct shot_error *err)
{
	size_t size = strlen(options->host) + 1;
	struct shot_dial *dial = calloc(1, sizeof *dial + size);
	if (!dial) {
		mosquitto->destroy(client);
		shot_fail(err, "ENOMEM", "not enough memory for a connection");
		return NULL;
	}
	dial->mosquitto = mosquitto;
	dial->result.client = client;
	dial->options = *options;
	memcpy(dial->host, options->host, size);
	atomic_init(&dial->references, 2);
	dial->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_t thread;
	int failed = dial->done < 0 ? errno : shot_thread_start(&thread, run, dial);
	if (failed) {
		shot_fail_errno(err, failed, "cannot start to connect");
		atomic_store(&dial->references, 1);
		let_go(dial);
		return NULL;
	}
	pthread_detach(thread);
	return dial;
}

int shot_dial_fd(const struct shot_dial *dial)
{
	return dial->done;
}

bool shot_dial_take(struct shot_dial *dial, struct shot_dial_result *result)
{
	eventfd_t count;
	if (eventfd_read(dial->done, &count) != 0) {
		return false;
	}
	*result = dial->result;
	dial->result.client = NULL;
	return true;
}

void shot_dial_end(struct shot_dial *dial)
{
	if (dial) {
		let_go(dial);
	}
}
