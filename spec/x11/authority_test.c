/* Whose cookie is taken, for each address at the other end of a socket. */
/* link: -lXau --wrap=getpeername */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <X11/X.h>

#include "x11/authority.h"

enum { DISPLAY = 5 };

static char path[] = "/tmp/luashot-authority-XXXXXX";

static const char *peer; /* its address; NULL: getpeername fails */

int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *size);
int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *size)
{
	(void)fd;
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	if (!peer) {
		errno = ENOTCONN;
		return -1;
	}
	if (inet_pton(AF_INET, peer, &four.sin_addr) == 1) {
		memcpy(address, &four, *size = sizeof four);
	} else if (inet_pton(AF_INET6, peer, &six.sin6_addr) == 1) {
		memcpy(address, &six, *size = sizeof six);
	} else {
		address->sa_family = AF_UNIX;
	}
	return 0;
}

static void write_entry(FILE *file, unsigned short family, const void *address, size_t length,
	const char *kind, const char *data)
{
	Xauth entry = {.family = family,
		.address = (char *)address,
		.address_length = (unsigned short)length,
		.number = (char[]){"5"},
		.number_length = 1,
		.name = (char *)kind,
		.name_length = (unsigned short)strlen(kind),
		.data = (char *)data,
		.data_length = (unsigned short)strlen(data)};
	assert_true(XauWriteAuth(file, &entry));
}

static int write_file(void **state)
{
	(void)state;
	char host[256];
	uint8_t four[4], six[16], key[4];
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
	if (!file || gethostname(host, sizeof host) != 0) {
		return -1;
	}
	inet_pton(AF_INET, "192.0.2.7", four);
	inet_pton(AF_INET6, "2001:db8::7", six);
	inet_pton(AF_INET, "192.0.2.8", key);
	write_entry(file, FamilyLocal, host, strlen(host), "MIT-MAGIC-COOKIE-1", "ours");
	write_entry(file, FamilyInternet, four, 4, "MIT-MAGIC-COOKIE-1", "four");
	write_entry(file, FamilyInternet6, six, 16, "MIT-MAGIC-COOKIE-1", "six");
	write_entry(file, FamilyInternet, key, 4, "XDM-AUTHORIZATION-1", "key");
	return fclose(file) == 0 ? setenv("XAUTHORITY", path, 1) : -1;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void assert_cookie(const char *address, int number, const char *data)
{
	struct shot_authority authority;
	peer = address;
	shot_authority_find(&authority, 0, number);
	assert_null(authority.problem);
	assert_string_equal(authority.file, path);
	assert_int_equal(authority.cookie != NULL, data != NULL);
	if (data) {
		assert_int_equal(authority.cookie->data_length, strlen(data));
		assert_memory_equal(authority.cookie->data, data, strlen(data));
		assert_int_equal(authority.is_xdm, !strcmp(data, "key"));
	}
	shot_authority_finish(&authority);
	assert_null(authority.cookie);
}

static void the_address_chooses(void **state)
{
	(void)state;
	assert_cookie("a socket", DISPLAY, "ours");
	assert_cookie(NULL, DISPLAY, "ours");
	assert_cookie("127.0.0.1", DISPLAY, "ours");
	assert_cookie("::1", DISPLAY, "ours");
	assert_cookie("::ffff:127.0.0.1", DISPLAY, "ours");
	assert_cookie("192.0.2.7", DISPLAY, "four");
	assert_cookie("::ffff:192.0.2.7", DISPLAY, "four");
	assert_cookie("2001:db8::7", DISPLAY, "six");
	assert_cookie("192.0.2.8", DISPLAY, "key");
	assert_cookie("192.0.2.9", DISPLAY, NULL);
	assert_cookie("192.0.2.7", DISPLAY + 1, NULL);
}

static void a_file_that_is_not_there_is_told(void **state)
{
	(void)state;
	struct shot_authority authority;
	setenv("XAUTHORITY", "/nonexistent/file", 1);
	shot_authority_find(&authority, 0, DISPLAY);
	assert_string_equal(authority.problem, strerror(ENOENT));
	assert_string_equal(authority.file, "/nonexistent/file");
	assert_null(authority.cookie);
	unsetenv("XAUTHORITY");
	unsetenv("HOME");
	shot_authority_find(&authority, 0, DISPLAY);
	assert_string_equal(authority.problem, strerror(ENOENT));
	assert_string_equal(authority.file, "");
	shot_authority_finish(&authority);
	setenv("XAUTHORITY", "/dev/zero", 1);
	shot_authority_find(&authority, 0, DISPLAY);
	assert_string_equal(authority.problem, "it is not a regular file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_address_chooses),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
	};
	return cmocka_run_group_tests(tests, write_file, remove_file);
}
