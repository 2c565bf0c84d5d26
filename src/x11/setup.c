#include "x11/setup.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <xcb/xcb.h>

#define HEAD 8		  /* bytes that the length does not count */
#define LEAST_IDS 255	  /* identifiers that a client needs */
#define LEAST_LENGTH 4096 /* of the longest request, as the protocol has it */

enum { FAILED, SUCCESS, AUTHENTICATE };

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/* 0, or an errno; EPIPE at the end. */
static int transfer(int fd, uint8_t *bytes, size_t size, bool is_sending)
{
	size_t done = 0;
	while (done < size) {
		ssize_t moved = is_sending ? send(fd, bytes + done, size - done, MSG_NOSIGNAL)
					   : recv(fd, bytes + done, size - done, 0);
		if (moved > 0) {
			done += (size_t)moved;
		} else if (moved == 0) {
			return EPIPE;
		} else if (errno == EAGAIN) {
			struct pollfd poller = {.fd = fd, .events = is_sending ? POLLOUT : POLLIN};
			poll(&poller, 1, -1);
		} else if (errno != EINTR) {
			return errno;
		}
	}
	return 0;
}

static int send_request(int fd, const Xauth *cookie)
{
	size_t name = cookie ? cookie->name_length : 0, data = cookie ? cookie->data_length : 0;
	const uint16_t probe = 1;
	bool is_little = *(const uint8_t *)&probe == 1;
	xcb_setup_request_t head = {
		.byte_order = is_little ? 'l' : 'B',
		.protocol_major_version = X_PROTOCOL,
		.protocol_minor_version = X_PROTOCOL_REVISION,
		.authorization_protocol_name_len = (uint16_t)name,
		.authorization_protocol_data_len = (uint16_t)data,
	};
	size_t size = sizeof head + padded(name) + padded(data);
	uint8_t *request = calloc(1, size);
	if (!request) {
		return ENOMEM;
	}
	memcpy(request, &head, sizeof head);
	if (cookie) {
		memcpy(request + sizeof head, cookie->name, name);
		memcpy(request + sizeof head + padded(name), cookie->data, data);
	}
	int failed = transfer(fd, request, size, true);
	explicit_bzero(request, size); /* the cookie */
	free(request);
	return failed;
}

/* Takes the text of a negative answer: in a refusal, its first byte is the text's length. */
static void take_reason(struct shot_setup *setup, const uint8_t *bytes, size_t size)
{
	const uint8_t *text = bytes + HEAD;
	size_t length = size - HEAD, used = 0;
	if (bytes[0] == FAILED && bytes[1] < length) {
		length = bytes[1];
	}
	for (size_t i = 0; i < length && text[i] && used < sizeof setup->reason - 1; i++) {
		bool is_plain = text[i] > ' ' && text[i] <= '~';
		if (is_plain || used > 0) {
			setup->reason[used++] = is_plain ? (char)text[i] : ' ';
		}
	}
	while (used > 0 && setup->reason[used - 1] == ' ') {
		used--;
	}
	setup->reason[used] = '\0';
	setup->outcome = SHOT_SETUP_REFUSED;
}

static void take_answer(struct shot_setup *setup, uint8_t *bytes, size_t size)
{
	if (bytes[0] == FAILED || bytes[0] == AUTHENTICATE) {
		take_reason(setup, bytes, size);
	} else if (bytes[0] != SUCCESS || !shot_setup_is_whole(bytes, size)) {
		setup->outcome = SHOT_SETUP_ODD;
	} else {
		setup->outcome = SHOT_SETUP_ACCEPTED;
		setup->bytes = bytes;
		setup->size = size;
	}
}

void shot_setup_ask(struct shot_setup *setup, int fd, const Xauth *cookie)
{
	xcb_setup_failed_t head;
	*setup = (struct shot_setup){.outcome = SHOT_SETUP_CLOSED};
	/* A server without room answers before the request, and closes the connection: read its
	 * answer anyway. */
	if (send_request(fd, cookie) == ENOMEM) {
		setup->outcome = SHOT_SETUP_NO_MEMORY;
		return;
	}
	if (transfer(fd, (uint8_t *)&head, HEAD, false)) {
		return;
	}
	size_t size = HEAD + (size_t)head.length * 4;
	uint8_t *bytes = malloc(size);
	if (!bytes) {
		setup->outcome = SHOT_SETUP_NO_MEMORY;
		return;
	}
	memcpy(bytes, &head, HEAD);
	if (!transfer(fd, bytes + HEAD, size - HEAD, false)) {
		take_answer(setup, bytes, size);
	}
	if (setup->bytes != bytes) {
		free(bytes);
	}
}

void shot_setup_answer(const struct shot_setup *setup, int fd)
{
	xcb_setup_request_t question; /* the request without a cookie */
	if (!transfer(fd, (uint8_t *)&question, sizeof question, false)) {
		transfer(fd, setup->bytes, setup->size, true);
	}
}

/* The offset after `count` elements of `each` bytes; 0 when some are missing. */
static size_t pass(size_t at, size_t count, size_t each, size_t size)
{
	return at > 0 && at <= size && count <= (size - at) / each ? at + count * each : 0;
}

static size_t pass_screen(const uint8_t *bytes, size_t at, size_t size)
{
	xcb_screen_t screen;
	size_t next = pass(at, 1, sizeof screen, size);
	if (!next) {
		return 0;
	}
	memcpy(&screen, bytes + at, sizeof screen);
	for (unsigned i = 0; next && i < screen.allowed_depths_len; i++) {
		xcb_depth_t depth;
		size_t begin = next;
		next = pass(begin, 1, sizeof depth, size);
		if (next) {
			memcpy(&depth, bytes + begin, sizeof depth);
			next = pass(next, depth.visuals_len, sizeof(xcb_visualtype_t), size);
		}
	}
	return next;
}

bool shot_setup_is_whole(const uint8_t *bytes, size_t size)
{
	xcb_setup_t setup;
	size_t at = sizeof setup;
	if (size < sizeof setup) {
		return false;
	}
	memcpy(&setup, bytes, sizeof setup);
	at = pass(at, padded(setup.vendor_len), 1, size);
	at = pass(at, setup.pixmap_formats_len, sizeof(xcb_format_t), size);
	for (unsigned i = 0; at && i < setup.roots_len; i++) {
		at = pass_screen(bytes, at, size);
	}
	return at && setup.roots_len > 0 && setup.maximum_request_length >= LEAST_LENGTH &&
	       setup.resource_id_mask >= LEAST_IDS &&
	       !(setup.resource_id_base & setup.resource_id_mask);
}

void shot_setup_finish(struct shot_setup *setup)
{
	free(setup->bytes);
	setup->bytes = NULL;
}
