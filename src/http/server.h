/* A small HTTP server; libmicrohttpd parses. The owner takes requests one by one and answers them
 * at any time, so that no call waits. Not thread-safe: one thread owns it. */
#ifndef SHOT_HTTP_SERVER_H
#define SHOT_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct shot_http_options {
	unsigned connections;	      /* at one time */
	unsigned connections_of_peer; /* of one address; 0: no such limit */
	unsigned timeout; /* seconds after which the server disconnects an idle peer, and
			     one whose request is not whole, however it comes */
	size_t body;	  /* bytes that a request may bring */
};

struct shot_http_server;

/* Serve the socket `fd`. The server owns it from now on, even after a failure: ENOTSUP without
 * libmicrohttpd, ENOMEM. */
struct shot_http_server *shot_http_open(
	int fd, const struct shot_http_options *options, struct shot_error *err);

/* The descriptor that is readable when shot_http_run has work. */
int shot_http_fd(const struct shot_http_server *server);

/* Do all work that needs no waiting. Returns the milliseconds until the next call is due, or -1:
 * when the descriptor is readable. */
int64_t shot_http_run(struct shot_http_server *server);

/* Answer the open requests with 503, end all streams and close. Holders of requests and streams
 * still have to release them; these have no peer any more. NULL is allowed. */
void shot_http_close(struct shot_http_server *server);

/* --- one request --- */

struct shot_http_request {
	const char *method; /* "GET" */
	const char *path;   /* "/screen.jpg", decoded, without the query */
	size_t body_size;
	char *body; /* not a C string */
};

struct shot_http_header {
	const char *name, *value;
};

/* Take the next request without an answer, which the caller owns then; NULL when there is none. */
struct shot_http_request *shot_http_take(struct shot_http_server *server);

/* Look up a header or a value of the query, decoded; NULL if there is none, or after the answer. */
const char *shot_http_request_header(const struct shot_http_request *request, const char *name);
const char *shot_http_request_query(const struct shot_http_request *request, const char *name);

/* Answer it, once, with a status, `count` headers and bytes, which are copied. False when it has an
 * answer, or its server is closed. Call shot_http_run afterwards. */
bool shot_http_answer(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, const void *data, size_t size);

/* Answer it with the first `size` bytes of the file `fd`, which the server owns, even after a
 * failure; likewise. */
bool shot_http_answer_file(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, int fd, uint64_t size);

/* Answer it with a stream of at most `limit` waiting pieces, the caller's reference; NULL likewise.
 */
struct shot_http_stream *shot_http_answer_stream(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, unsigned limit);

/* Release the request; one without an answer gets 500. */
void shot_http_request_release(struct shot_http_request *request);

#endif
