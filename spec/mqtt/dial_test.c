/* Connecting, with a library that answers as this test wants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "mqtt/dial.h"

#define PATIENCE 20000 /* ms */

static char client; /* its address stands for a client */
static int answered, answered_errno;

static void set_user_data(struct mosquitto *unused, void *argument)
{
	(void)unused, (void)argument;
}

static void set_log(
	struct mosquitto *unused, void (*on_log)(struct mosquitto *, void *, int, const char *))
{
	(void)unused, (void)on_log;
}

static int answer(struct mosquitto *unused, const char *host, int port, int keepalive,
	const char *bind_address, const mosquitto_property *properties)
{
	(void)unused, (void)host, (void)port, (void)keepalive, (void)bind_address, (void)properties;
	errno = answered_errno;
	return answered;
}

static void free_properties(mosquitto_property **properties)
{
	*properties = NULL;
}

static void destroy(struct mosquitto *unused)
{
	(void)unused;
}

static const struct shot_mosquitto LIBRARY = {
	.user_data_set = set_user_data,
	.log_callback_set = set_log,
	.connect_bind_v5 = answer,
	.property_free_all = free_properties,
	.destroy = destroy,
};

/* Returns the errno of a failed attempt to connect where the library's is `number`. */
static int dial(const char *host, int port, int number)
{
	struct shot_error err;
	struct shot_dial_result result;
	answered = MOSQ_ERR_ERRNO;
	answered_errno = number;
	struct shot_dial *one = shot_dial_begin(&LIBRARY, (struct mosquitto *)&client,
		&(struct shot_dial_options){.host = host, .port = port}, &err);
	assert_non_null(one);
	struct pollfd done = {.fd = shot_dial_fd(one), .events = POLLIN};
	assert_int_equal(poll(&done, 1, PATIENCE), 1);
	assert_true(shot_dial_take(one, &result));
	assert_ptr_equal(result.client, &client);
	assert_int_equal(result.code, MOSQ_ERR_ERRNO);
	shot_dial_end(one);
	return result.number;
}

/* Returns a socket with a port of its own, on which nobody listens yet. */
static int bind_socket(int *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void test_the_librarys_reason_is_kept(void **state)
{
	(void)state;
	assert_int_equal(dial("127.0.0.1", 1, ENETUNREACH), ENETUNREACH);
}

static void test_a_reason_that_the_library_has_lost(void **state)
{
	(void)state;
	int port;
	int fd = bind_socket(&port);
	assert_int_equal(dial("127.0.0.1", port, EBADF), ECONNREFUSED);
	assert_int_equal(dial("no-such-host.invalid", port, EBADF), EAGAIN);
	close(fd);
}

static void test_a_broker_that_has_come_in_the_meantime(void **state)
{
	(void)state;
	int port;
	int fd = bind_socket(&port);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(dial("127.0.0.1", port, EBADF), EAGAIN);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_librarys_reason_is_kept),
		cmocka_unit_test(test_a_reason_that_the_library_has_lost),
		cmocka_unit_test(test_a_broker_that_has_come_in_the_meantime),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
