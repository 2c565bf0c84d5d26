#include "http/peers.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

#define NS_PER_MS INT64_C(1000000)

struct shot_http_peer {
	struct shot_http_peer *next;
	int fd;
	int64_t deadline; /* SHOT_FOREVER: the server does not wait for it */
};

struct shot_http_peer *shot_http_peers_add(struct shot_http_peers *peers, int fd)
{
	struct shot_http_peer *peer = malloc(sizeof *peer);
	if (peer) {
		*peer = (struct shot_http_peer){.next = peers->first, .fd = fd};
		peers->first = peer;
		shot_http_peer_begin(peers, peer);
	}
	return peer;
}

void shot_http_peers_remove(struct shot_http_peers *peers, struct shot_http_peer *peer)
{
	for (struct shot_http_peer **at = &peers->first; peer && *at; at = &(*at)->next) {
		if (*at == peer) {
			*at = peer->next;
			free(peer);
			return;
		}
	}
}

void shot_http_peer_begin(const struct shot_http_peers *peers, struct shot_http_peer *peer)
{
	if (peer) {
		peer->deadline = shot_clock_ns() + peers->patience;
	}
}

void shot_http_peer_end(struct shot_http_peer *peer)
{
	if (peer) {
		peer->deadline = SHOT_FOREVER;
	}
}

int64_t shot_http_peers_cut(struct shot_http_peers *peers)
{
	int64_t now = shot_clock_ns(), next = SHOT_FOREVER;
	for (struct shot_http_peer *peer = peers->first; peer; peer = peer->next) {
		if (peer->deadline <= now) {
			shutdown(peer->fd, SHUT_RDWR);
			peer->deadline = SHOT_FOREVER;
		}
		next = peer->deadline < next ? peer->deadline : next;
	}
	return next == SHOT_FOREVER ? -1 : (next - now) / NS_PER_MS + 1;
}
