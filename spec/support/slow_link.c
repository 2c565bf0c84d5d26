/* A link that is far and bad, for kernels without netem: two network interfaces (tun), one of this
 * network namespace and one of another, between which it carries packets. It holds each of them
 * back, and drops some. What TCP makes of that is the kernel's own.
 *
 *   luashot_slow_link OUTSIDE NAMESPACE INSIDE DELAY LOSS
 *
 * DELAY in milliseconds of each way, LOSS in thousandths of the packets of each way. It prints
 * "ready" when both interfaces are there, which last as long as it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PACKET 2048 /* bytes; the interfaces carry 1500 */
#define MOST 8192   /* packets on their way; more are dropped, as a router does */

struct packet {
	int64_t due; /* ms */
	size_t size;
	char bytes[PACKET];
};

struct way {
	int from, to;
	size_t first, count;
	struct packet *packets;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int open_interface(const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
		die(name);
	}
	return fd;
}

static void enter(const char *namespace)
{
	char path[256];
	snprintf(path, sizeof path, "/run/netns/%s", namespace);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) {
		die(path);
	}
	close(fd);
}

static bool is_lost(unsigned loss)
{
	return (unsigned)(rand() % 1000) < loss;
}

/* Takes in what has come. */
static void take(struct way *way, int64_t due, unsigned loss)
{
	char bytes[PACKET];
	for (ssize_t size; (size = read(way->from, bytes, sizeof bytes)) > 0;) {
		if (way->count == MOST || is_lost(loss)) {
			continue;
		}
		struct packet *packet = &way->packets[(way->first + way->count++) % MOST];
		packet->due = due;
		packet->size = (size_t)size;
		memcpy(packet->bytes, bytes, packet->size);
	}
}

/* Hands on what is due. Returns the milliseconds until the next is, or -1. */
static int hand_on(struct way *way)
{
	for (; way->count > 0; way->count--, way->first = (way->first + 1) % MOST) {
		struct packet *packet = &way->packets[way->first];
		int64_t left = packet->due - now();
		if (left > 0) {
			return (int)left;
		}
		if (write(way->to, packet->bytes, packet->size) < 0 && errno == EBADF) {
			die("write"); /* an interface that is down takes nothing: its packets are
					 lost */
		}
	}
	return -1;
}

static int sooner(int one, int other)
{
	return one < 0 || (other >= 0 && other < one) ? other : one;
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		fprintf(stderr, "usage: luashot_slow_link OUTSIDE NAMESPACE INSIDE DELAY LOSS\n");
		return 2;
	}
	int delay = atoi(argv[4]);
	unsigned loss = (unsigned)atoi(argv[5]);
	int outside = open_interface(argv[1]);
	enter(argv[2]);
	int inside = open_interface(argv[3]);
	struct way ways[2] = {{.from = outside, .to = inside}, {.from = inside, .to = outside}};
	for (int i = 0; i < 2; i++) {
		ways[i].packets = calloc(MOST, sizeof *ways[i].packets);
		if (!ways[i].packets) {
			die("calloc");
		}
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct pollfd fds[2] = {
			{.fd = outside, .events = POLLIN}, {.fd = inside, .events = POLLIN}};
		poll(fds, 2, sooner(hand_on(&ways[0]), hand_on(&ways[1])));
		for (int i = 0; i < 2; i++) {
			take(&ways[i], now() + delay, loss);
		}
	}
}
