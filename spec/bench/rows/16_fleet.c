/* Row 16: the least that messages to a broker cost: libmosquitto in a loop of poll(2), with a
 * window of unacknowledged ones: 16_fleet PORT SIZE WINDOW */
#include <poll.h>
#include <string.h>

#include <mosquitto.h>

#include "serve.h"

struct sender {
	struct mosquitto *client;
	char *payload;
	int size, window;
	long acknowledged;
	bool is_open;
};

static void on_connect(struct mosquitto *client, void *argument, int code)
{
	struct sender *sender = argument;
	(void)client;
	sender->is_open = code == 0;
}

static void on_publish(struct mosquitto *client, void *argument, int mid)
{
	struct sender *sender = argument;
	(void)client, (void)mid;
	sender->acknowledged++;
}

static void turn(struct sender *sender)
{
	struct pollfd socket = {.fd = mosquitto_socket(sender->client), .events = POLLIN};
	if (mosquitto_want_write(sender->client)) {
		socket.events |= POLLOUT;
	}
	poll(&socket, 1, 1000);
	if (mosquitto_loop_read(sender->client, 1) != MOSQ_ERR_SUCCESS ||
		mosquitto_loop_write(sender->client, 1) != MOSQ_ERR_SUCCESS ||
		mosquitto_loop_misc(sender->client) != MOSQ_ERR_SUCCESS) {
		bench_die("the connection to the broker is lost");
	}
}

static int64_t send_all(void *context, long count)
{
	struct sender *sender = context;
	long sent = 0;
	sender->acknowledged = 0;
	while (sender->acknowledged < count) {
		while (sent < count && sent - sender->acknowledged < sender->window) {
			mosquitto_publish(sender->client, NULL, "bench/picture", sender->size,
				sender->payload, 1, false);
			sent++;
		}
		turn(sender);
	}
	return -1;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		bench_die("usage: 16_fleet PORT SIZE WINDOW");
	}
	struct sender sender = {.size = atoi(argv[2]), .window = atoi(argv[3])};
	sender.payload = malloc((size_t)sender.size);
	memset(sender.payload, 'x', (size_t)sender.size);
	mosquitto_lib_init();
	sender.client = mosquitto_new("bench-floor", true, &sender);
	mosquitto_int_option(sender.client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
	mosquitto_int_option(sender.client, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_int_option(sender.client, MOSQ_OPT_SEND_MAXIMUM, 65535);
	mosquitto_connect_callback_set(sender.client, on_connect);
	mosquitto_publish_callback_set(sender.client, on_publish);
	if (mosquitto_connect(sender.client, "127.0.0.1", atoi(argv[1]), 60) != MOSQ_ERR_SUCCESS) {
		bench_die("no broker listens on port %s", argv[1]);
	}
	while (!sender.is_open) {
		turn(&sender);
	}
	return bench_serve("libmosquitto, bare loop", send_all, &sender);
}
