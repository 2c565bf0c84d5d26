/* A small HTTP server by libmicrohttpd, which parses: requests are taken one by one and answered
 * whenever, so that nobody waits inside. Not thread-safe: one thread owns it. */
#ifndef SHOT_HTTP_SERVER_H
#define SHOT_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "http/stream.h"

struct shot_http_options {
	unsigned connections;	      /* at one time */
	unsigned connections_of_peer; /* of those, of one address; 0: no such limit */
	unsigned timeout;	      /* seconds after which a peer that does nothing is cut off */
	size_t body;		      /* bytes that a request may bring */
};

struct shot_http_server;

/* Serve the socket `fd`, which is the server's from now on, also when this fails: ENOTSUP without
 * libmicrohttpd, ENOMEM. */
struct shot_http_server *shot_http_open(
	int fd, const struct shot_http_options *options, struct shot_error *err);

/* Readable when shot_http_run has something to do. */
int shot_http_fd(const struct shot_http_server *server);

/* Do what can be done without waiting. Returns the milliseconds after which it has to be called
 * again, -1 for when the descriptor is readable. */
int64_t shot_http_run(struct shot_http_server *server);

/* Answer what is open with 503, end all streams and close. Requests and streams that others hold
 * stay theirs, and lead to nobody. NULL is allowed. */
void shot_http_close(struct shot_http_server *server);

/* --- one request --- */

struct shot_http_request {
	const char *method; /* "GET" */
	const char *path;   /* "/screen.jpg", decoded, without the question mark and what follows */
	size_t body_size;
	char *body; /* not a C string */
};

struct shot_http_header {
	const char *name, *value;
};

/* The next one that waits for an answer, the caller's; NULL when there is none. */
struct shot_http_request *shot_http_take(struct shot_http_server *server);

/* A header or a value of the query, decoded; NULL without, or once it is answered. */
const char *shot_http_request_header(const struct shot_http_request *request, const char *name);
const char *shot_http_request_query(const struct shot_http_request *request, const char *name);

/* Answer it, once, with a status, `count` headers and bytes, which are copied. False when it has
 * an answer, or its server is closed. The server has to run then. */
bool shot_http_answer(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, const void *data, size_t size);

/* Answer it with a stream of at most `limit` waiting pieces, the caller's reference; NULL likewise.
 */
struct shot_http_stream *shot_http_answer_stream(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, unsigned limit);

/* Let go of it; one without an answer gets 500. */
void shot_http_request_release(struct shot_http_request *request);

#endif
