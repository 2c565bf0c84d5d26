/* Stands between clients and the X server of $DISPLAY, and says what that would not; or between
 * clients and the Wayland compositor whose socket is the first argument, at a socket of the name
 * that is the second. It prints the name of its own display, ":23456", and then takes one command a
 * line on standard input, each answered by "ok", about the connections to come (of a compositor:
 * pass, close, reset, silent and those after these):
 *
 *   pass          they are the server's (this is how it begins)
 *   close N       the next N are closed without an answer, the others passed
 *   reset N       the same, with a reset
 *   refuse TEXT   they are refused with these words
 *   odd           they are let in with an answer that contradicts itself
 *   silent        nothing answers
 *   once          the next one is the server's, and to all after it nothing answers
 *   mangle SEED   they are the server's, but for damage done to what it says: bytes, lengths,
 * counts, messages left out, doubled, cut short, refused or added; the same SEED does the same
 *   hold          they are the server's until one of the following commands is about them, too
 *   hold few      the same, and they get 256 identifiers of an X server
 *   cut           of the server's next message the beginning passes, of a length that it has not
 *   drip          the same, and a byte every second after it
 *   deaf          what the clients send is not read
 *   shut          what the clients send is an error of their write, a second later
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CHUNK 65536
#define MOST_FDS 16
#define PATIENCE_MS 200 /* after which a talk that is damaged ends */
#define DRIP_MS 1000	/* between bytes, and until a command is heard of */
#define MOST (64 << 20) /* bytes of one message that are kept together */

enum mode { PASS, CLOSE, RESET, REFUSE, ODD, SILENT, MANGLE, HOLD, CUT, DRIP, DEAF, SHUT, ONCE };

static struct {
	pthread_mutex_t lock;
	enum mode mode;
	unsigned left;
	char text[256];
	uint64_t seed;
} next = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Atomic enum mode held = HOLD; /* what becomes of connections that are held */

static const char *compositor; /* its socket; NULL: an X server's */

struct talk {
	int client, server;
	enum mode mode;
	char text[256];
	uint64_t state; /* of the random numbers */
	unsigned rate;	/* one message in this number is damaged */
	bool is_let_in; /* the setup has passed */
	bool is_cut;	/* the beginning of a message has, and nothing else will */
	uint8_t *kept;	/* of the server's words, what is no whole message yet */
	size_t size, capacity;
};

static uint32_t at_random(struct talk *talk, uint32_t below)
{
	talk->state ^= talk->state << 13;
	talk->state ^= talk->state >> 7;
	talk->state ^= talk->state << 17;
	return (uint32_t)((talk->state >> 20) % below);
}

static bool put(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;
	while (size > 0) {
		ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
		if (sent <= 0) {
			return false;
		}
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

/* From the client to the server, with the descriptors. */
static bool pass_on(struct talk *talk)
{
	char bytes[CHUNK], control[CMSG_SPACE(MOST_FDS * sizeof(int))];
	struct iovec piece = {bytes, sizeof bytes};
	struct msghdr message = {.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};
	ssize_t got = recvmsg(talk->client, &message, MSG_CMSG_CLOEXEC);
	if (got <= 0) {
		return false;
	}
	piece.iov_len = (size_t)got;
	ssize_t sent = sendmsg(talk->server, &message, MSG_NOSIGNAL);
	for (struct cmsghdr *it = CMSG_FIRSTHDR(&message); it; it = CMSG_NXTHDR(&message, it)) {
		for (size_t i = 0; i < (it->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(it) + i * sizeof fd, sizeof fd);
			close(fd);
		}
	}
	return sent > 0 && put(talk->server, bytes + sent, (size_t)(got - sent));
}

static uint32_t read32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static void write32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof value);
}

/* The bytes that every message has. */
static size_t head_of(const struct talk *talk)
{
	return talk->is_let_in && !compositor ? 32 : 8;
}

/* The size of the message that what is kept begins with; 0 when it is not all there. */
static size_t whole(const struct talk *talk)
{
	size_t head = head_of(talk), size = head;
	if (talk->size < head) {
		return 0;
	}
	if (compositor) {
		size_t stated = read32(talk->kept + 4) >> 16;
		return stated < head || talk->size < stated ? 0 : stated;
	}
	uint8_t type = talk->kept[0] & 0x7f;
	if (!talk->is_let_in) {
		uint16_t words;
		memcpy(&words, talk->kept + 6, sizeof words);
		size += (size_t)words * 4;
	} else if (type == 1 || type == 35) {
		size += (size_t)read32(talk->kept + 4) * 4;
	}
	return talk->size < size ? 0 : size;
}

static uint32_t odd_number(struct talk *talk, uint32_t was)
{
	const uint32_t numbers[] = {0, 1, 2, was + 1, was - 1, was * 2, 0x7f, 0xff, 0x7fff, 0x8000,
		0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x40000000};
	return numbers[at_random(talk, sizeof numbers / sizeof *numbers)];
}

static void set_length(struct talk *talk, uint8_t *bytes, size_t size)
{
	if (compositor) {
		write32(bytes + 4, (read32(bytes + 4) & 0xffff) | (uint32_t)size << 16);
	} else if (talk->is_let_in) {
		write32(bytes + 4, (uint32_t)((size - 32) / 4));
	} else {
		uint16_t words = (uint16_t)((size - 8) / 4);
		memcpy(bytes + 6, &words, sizeof words);
	}
}

static bool send_noise_event(struct talk *talk, const uint8_t *like)
{
	uint8_t event[32];
	for (size_t i = 0; i < sizeof event; i++) {
		event[i] = (uint8_t)at_random(talk, at_random(talk, 2) ? 4 : 256);
	}
	event[0] = (uint8_t)(2 + at_random(talk, 126));
	event[0] = (event[0] & 0x7f) == 35 ? 22 : event[0];
	memcpy(event + 2, like + 2, 2);
	return put(talk->client, event, sizeof event);
}

/* Send one message in another shape; false ends the talk. */
static bool send_damaged(struct talk *talk, const uint8_t *message, size_t size)
{
	size_t head = head_of(talk), room = size + 64;
	bool is_reply = compositor || (talk->is_let_in && message[0] == 1);
	uint8_t *bytes = malloc(room);
	memcpy(bytes, message, size);
	for (size_t i = size; i < room; i++) {
		bytes[i] = (uint8_t)at_random(talk, 256);
	}
	size_t from = size, at;
	bool goes_on = true;
	switch (at_random(talk, 14)) {
	case 0: /* a few bytes */
		for (uint32_t i = at_random(talk, 4); i < 4; i++) {
			bytes[at_random(talk, (uint32_t)(size < 64 ? size : 64))] =
				(uint8_t)at_random(talk, 256);
		}
		break;
	case 1: /* a number of 32 bits in the fixed part */
	case 2:
		at = 4 * at_random(talk, (uint32_t)(compositor ? size : head) / 4);
		write32(bytes + at, odd_number(talk, read32(bytes + at)));
		break;
	case 3: /* one of 16 */
	case 4:
		at = 2 * at_random(talk, (uint32_t)((size < 64 ? size : 64) / 2));
		write32(bytes + at, odd_number(talk, read32(bytes + at)) << 16 >> 16 |
					    (read32(bytes + at) & 0xffff0000));
		break;
	case 5: /* less than it lists, honestly short */
	case 6:
		if (size > head) {
			from = head + 4 * at_random(talk, (uint32_t)(size - head) / 4);
			set_length(talk, bytes, from);
		}
		break;
	case 7: /* more */
		if (is_reply || !talk->is_let_in) {
			from = size + 4 * at_random(talk, 16);
			set_length(talk, bytes, from);
		}
		break;
	case 8: /* noise for all that is not fixed */
		for (size_t i = head; i < size; i++) {
			bytes[i] = (uint8_t)at_random(talk, 256);
		}
		break;
	case 9:			  /* refused */
		if (compositor) { /* an event of another kind */
			bytes[4] = (uint8_t)at_random(talk, 8);
			break;
		}
		bytes[0] = 0;
		bytes[1] = (uint8_t)at_random(talk, 20);
		from = talk->is_let_in ? 32 : size;
		break;
	case 10: /* cut short, for good */
		from = at_random(talk, (uint32_t)size);
		goes_on = false;
		break;
	case 11: /* left out */
		from = at_random(talk, 4) ? size : 0;
		break;
	case 12: /* twice */
		goes_on = put(talk->client, bytes, size);
		break;
	default: /* an event that nobody sent before it */
		goes_on = compositor || !talk->is_let_in || send_noise_event(talk, message);
	}
	goes_on = put(talk->client, bytes, from) && goes_on;
	free(bytes);
	return goes_on;
}

static bool pass_messages(struct talk *talk)
{
	size_t size;
	while ((size = whole(talk)) > 0) {
		bool is_damaged = at_random(talk, talk->rate) == 0;
		if (is_damaged ? !send_damaged(talk, talk->kept, size)
			       : !put(talk->client, talk->kept, size)) {
			return false;
		}
		talk->is_let_in = true;
		talk->size -= size;
		memmove(talk->kept, talk->kept + size, talk->size);
	}
	return true;
}

/* The beginning of a message that says it is longer than it is; nothing of it is an answer's rest.
 */
static bool send_beginning(struct talk *talk)
{
	const size_t head = compositor ? 8 : 32;
	if (talk->size < head) {
		return true;
	}
	if (compositor) {
		set_length(talk, talk->kept, 64);
	} else {
		talk->kept[0] =
			talk->kept[0] == 1 ? 1 : 35; /* a reply, or an event of any length */
		write32(talk->kept + 4, 1 << 20);
	}
	talk->is_cut = true;
	return put(talk->client, talk->kept, head);
}

/* From the server to the client. */
static bool pass_back(struct talk *talk)
{
	if (talk->capacity - talk->size < CHUNK) {
		talk->capacity = 2 * talk->capacity + CHUNK;
		talk->kept = realloc(talk->kept, talk->capacity);
	}
	ssize_t got = recv(talk->server, talk->kept + talk->size, CHUNK, 0);
	if (got <= 0 || talk->size > MOST) {
		return false;
	}
	if (talk->is_cut) {
		return true;
	}
	talk->size += (size_t)got;
	if (talk->mode == HOLD && !talk->is_let_in && !strcmp(talk->text, "few")) {
		if (talk->size < 20) {
			return true; /* the server writes its setup in two pieces */
		}
		write32(talk->kept + 16, 0xff); /* the mask of identifiers */
		talk->is_let_in = true;
	}
	if (talk->mode == HOLD && (held == CUT || held == DRIP)) {
		return send_beginning(talk);
	}
	if (talk->mode != MANGLE) {
		bool is_put = put(talk->client, talk->kept, talk->size);
		talk->size = 0;
		return is_put;
	}
	return pass_messages(talk);
}

static int dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = compositor
			     ? snprintf(address.sun_path, sizeof address.sun_path, "%s", compositor)
			     : snprintf(address.sun_path + 1, sizeof address.sun_path - 1,
				       "/tmp/.X11-unix/X%d", atoi(getenv("DISPLAY") + 1));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t size = offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length;
	if (connect(fd, (struct sockaddr *)&address, (socklen_t)size) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* One that is damaged ends, as libxcb waits for the rest of a message that has begun; one that is
 * held looks for commands. */
static int patience_of(const struct talk *talk)
{
	return talk->mode == MANGLE ? PATIENCE_MS : talk->mode == HOLD ? DRIP_MS : -1;
}

static void talk_on(struct talk *talk)
{
	talk->server = dial();
	while (talk->server >= 0) {
		bool is_shut = talk->mode == HOLD && held == SHUT;
		bool is_deaf = is_shut || (talk->mode == HOLD && held == DEAF);
		if (is_shut) {
			shutdown(talk->client, SHUT_RD);
		}
		struct pollfd fds[] = {
			{talk->client, is_deaf ? 0 : POLLIN, 0}, {talk->server, POLLIN, 0}};
		int ready = poll(fds, 2, patience_of(talk));
		if (ready == 0 && talk->mode == MANGLE) {
			break;
		}
		if (ready == 0 && talk->is_cut && held == DRIP && !put(talk->client, "", 1)) {
			break;
		}
		if ((fds[0].revents && !pass_on(talk)) || (fds[1].revents && !pass_back(talk))) {
			break;
		}
	}
	if (talk->server >= 0) {
		close(talk->server);
	}
}

/* Read what asks to be let in; false when nothing does. */
static bool hear(struct talk *talk)
{
	char bytes[CHUNK];
	return recv(talk->client, bytes, sizeof bytes, 0) > 0;
}

static void refuse(struct talk *talk)
{
	uint8_t answer[8 + 256] = {0};
	size_t length = strlen(talk->text), words = (length + 3) / 4;
	answer[1] = (uint8_t)length;
	answer[2] = 11;
	answer[6] = (uint8_t)words;
	memcpy(answer + 8, talk->text, length);
	if (hear(talk)) {
		put(talk->client, answer, 8 + 4 * words);
	}
}

/* Its one screen has more depths than fit into it. */
static void answer_oddly(struct talk *talk)
{
	uint8_t answer[80] = {0};
	answer[0] = 1;
	answer[2] = 11;
	answer[6] = (sizeof answer - 8) / 4;
	memset(answer + 16, 0x1f, 2); /* the mask of identifiers */
	answer[28] = 1;		      /* screens */
	answer[79] = 200;	      /* depths */
	if (hear(talk)) {
		put(talk->client, answer, sizeof answer);
		hear(talk);
	}
}

static void *serve(void *argument)
{
	struct talk *talk = argument;
	const struct linger at_once = {.l_onoff = 1};
	switch (talk->mode) {
	case PASS:
	case MANGLE:
	case HOLD:
	case CUT:
	case DRIP:
	case DEAF:
	case SHUT:
	case ONCE:
		talk_on(talk);
		break;
	case REFUSE:
		refuse(talk);
		break;
	case ODD:
		answer_oddly(talk);
		break;
	case SILENT:
		while (hear(talk)) {
		}
		break;
	case RESET: /* what was not read makes it one */
		setsockopt(talk->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		break;
	case CLOSE:
		hear(talk);
	}
	close(talk->client);
	free(talk->kept);
	free(talk);
	return NULL;
}

/* What the next connection gets. */
static struct talk *begin(int client)
{
	struct talk *talk = calloc(1, sizeof *talk);
	pthread_mutex_lock(&next.lock);
	talk->client = client;
	talk->mode = next.mode;
	memcpy(talk->text, next.text, sizeof talk->text);
	if (next.mode == MANGLE) {
		talk->state = ++next.seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
		at_random(talk, 2);
		talk->rate = 4u << 2 * at_random(talk, 4);
	}
	if (next.left > 0 && --next.left == 0) {
		next.mode = PASS;
	} else if (next.mode == ONCE) {
		next.mode = SILENT;
	}
	pthread_mutex_unlock(&next.lock);
	return talk;
}

static void *accept_all(void *argument)
{
	int listener = *(int *)argument;
	for (;;) {
		int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		pthread_t thread;
		if (client >= 0) {
			pthread_create(&thread, NULL, serve, begin(client));
			pthread_detach(thread);
		}
	}
	return NULL;
}

static int listen_somewhere(int *number)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	for (*number = 20000 + getpid() % 20000;; ++*number) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1,
			"/tmp/.X11-unix/X%d", *number);
		size_t size = offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length;
		if (bind(fd, (struct sockaddr *)&address, (socklen_t)size) == 0) {
			listen(fd, 128);
			return fd;
		}
	}
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		perror(path);
		exit(1);
	}
	listen(fd, 128);
	return fd;
}

static bool obey(const char *line)
{
	static const char *const names[] = {"pass", "close", "reset", "refuse", "odd", "silent",
		"mangle", "hold", "cut", "drip", "deaf", "shut", "once"};
	char name[16] = "";
	int used = 0;
	sscanf(line, "%15s %n", name, &used);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i], name) == 0) {
			held = (enum mode)(i < HOLD ? HOLD : i);
			if (i > HOLD && i != ONCE) {
				return true;
			}
			pthread_mutex_lock(&next.lock);
			next.mode = (enum mode)i;
			next.left = i == CLOSE || i == RESET ? (unsigned)atoi(line + used) : 0;
			next.seed = i == MANGLE ? strtoull(line + used, NULL, 10) : 0;
			snprintf(next.text, sizeof next.text, "%s", line + used);
			pthread_mutex_unlock(&next.lock);
			return true;
		}
	}
	return false;
}

int main(int count, char **arguments)
{
	int number = 0, listener;
	pthread_t thread;
	if (count == 3) {
		compositor = arguments[1];
		listener = listen_at(arguments[2]);
	} else {
		listener = listen_somewhere(&number);
	}
	pthread_create(&thread, NULL, accept_all, &listener);
	printf(":%d\n", number);
	fflush(stdout);
	char line[256];
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		puts(obey(line) ? "ok" : "no such command");
		fflush(stdout);
	}
	return 0;
}
