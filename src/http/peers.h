/* The connections of a server. The server waits for the request of each for a bounded time, however
 * slowly it comes. */
#ifndef SHOT_HTTP_PEERS_H
#define SHOT_HTTP_PEERS_H

#include <stdint.h>

struct shot_http_peer;

struct shot_http_peers {
	struct shot_http_peer *first;
	int64_t patience; /* nanoseconds */
};

/* Add the connection `fd`, and begin to wait for its first request. NULL without memory. */
struct shot_http_peer *shot_http_peers_add(struct shot_http_peers *peers, int fd);

/* Forget a connection before its descriptor is closed. NULL is allowed, here and below. */
void shot_http_peers_remove(struct shot_http_peers *peers, struct shot_http_peer *peer);

/* Begin to wait for the next request of a connection, or end it: the request is whole. */
void shot_http_peer_begin(const struct shot_http_peers *peers, struct shot_http_peer *peer);
void shot_http_peer_end(struct shot_http_peer *peer);

/* Cut off every connection whose time is over; its descriptor stays open, at its end. Returns the
 * milliseconds until the next one's is, or -1. */
int64_t shot_http_peers_cut(struct shot_http_peers *peers);

#endif
