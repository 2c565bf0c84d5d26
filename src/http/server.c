#include "http/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/peers.h"
#include "http/stream.h"
#include "http/stream_make.h"

#define MEMORY 32768 /* bytes of a request's line and headers */
#define ARGUMENTS 64 /* after the ?; the library needs many bytes of MEMORY for each */

enum state { READING, QUEUED, TAKEN, ANSWERED };

struct request {
	struct shot_http_request public; /* first */
	const struct shot_mhd *mhd;
	struct shot_http_server *server; /* NULL once it is closed */
	struct MHD_Connection *connection;
	struct request *next; /* of the server's */
	enum state state;
	bool is_held;	   /* by the caller of shot_http_take */
	bool is_connected; /* the library knows it */
	unsigned status;
	struct MHD_Response *answer;
	struct shot_http_stream *stream; /* of the answer */
	char text[];			 /* method and path */
};

struct shot_http_server {
	const struct shot_mhd *mhd;
	struct MHD_Daemon *daemon;
	struct shot_http_options options;
	struct request *requests; /* oldest first */
	struct shot_http_peers peers;
	bool is_closing;
};

static struct shot_http_peer *peer_of(
	const struct shot_http_server *server, struct MHD_Connection *connection)
{
	return server->mhd->get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
}

static struct request *create(struct shot_http_server *server, struct MHD_Connection *connection,
	const char *method, const char *path)
{
	size_t method_size = strlen(method) + 1, path_size = strlen(path) + 1;
	struct request *request = calloc(1, sizeof *request + method_size + path_size);
	if (!request) {
		return NULL;
	}
	request->public.method = memcpy(request->text, method, method_size);
	request->public.path = memcpy(request->text + method_size, path, path_size);
	request->mhd = server->mhd;
	request->server = server;
	request->connection = connection;
	request->is_connected = true;
	struct request **end = &server->requests;
	while (*end) {
		end = &(*end)->next;
	}
	*end = request;
	return request;
}

/* Frees a request once neither side has it any more. */
static void let_go(struct request *request)
{
	if (request->is_held || request->is_connected) {
		return;
	}
	struct request **at = request->server ? &request->server->requests : NULL;
	while (at && *at) {
		if (*at == request) {
			*at = request->next;
			break;
		}
		at = &(*at)->next;
	}
	if (request->answer) { /* the peer left before it was sent */
		request->mhd->destroy_response(request->answer);
	}
	shot_http_stream_unref(request->stream);
	free(request->public.body);
	free(request);
}

/* Answers a request that the library would read to its end first, or has no memory to answer. */
static void hang_up(
	const struct shot_mhd *mhd, struct MHD_Connection *connection, const char *status)
{
	char answer[128];
	int size = snprintf(answer, sizeof answer,
		"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
	int fd =
		mhd->get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	send(fd, answer, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(fd, SHUT_RDWR);
}

/* The library calls it with the address of a request, before it takes that apart. */
static void *hear_address(void *argument, const char *address, struct MHD_Connection *connection)
{
	const struct shot_http_server *server = argument;
	size_t count = 0;
	for (const char *at = address; (at = strpbrk(at, "?&")); at++) {
		count++;
	}
	if (count > ARGUMENTS) {
		hang_up(server->mhd, connection, "414 URI Too Long");
	}
	return NULL; /* the request's context, until there is one */
}

/* Returns whether there is room for this piece of the body. */
static bool take_body(struct request *request, const char *data, size_t size)
{
	size_t before = request->public.body_size;
	char *body = size <= request->server->options.body - before
			     ? realloc(request->public.body, before + size)
			     : NULL;
	if (!body) {
		return false;
	}
	memcpy(body + before, data, size);
	request->public.body = body;
	request->public.body_size = before + size;
	return true;
}

static enum MHD_Result send_answer(struct request *request)
{
	const struct shot_mhd *mhd = request->server->mhd;
	struct MHD_Response *answer = request->answer;
	request->answer = NULL;
	if (!answer) {
		return MHD_NO;
	}
	enum MHD_Result result = mhd->queue_response(request->connection, request->status, answer);
	mhd->destroy_response(answer);
	return result;
}

static void set_plain_answer(struct request *request, unsigned status)
{
	request->status = status;
	request->state = ANSWERED;
	request->answer =
		request->server->mhd->response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
}

/* The library calls it when a request begins, brings a piece of its body, is complete, or goes on.
 * */
static enum MHD_Result hear(void *argument, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **context)
{
	struct shot_http_server *server = argument;
	struct request *request = *context;
	(void)version;
	if (!request) {
		request = *context = create(server, connection, method, url);
		return request && !server->is_closing ? MHD_YES : MHD_NO;
	}
	if (request->state == READING && *size > 0) {
		if (!take_body(request, data, *size)) {
			hang_up(server->mhd, connection, "413 Content Too Large");
			return MHD_NO;
		}
		*size = 0;
		return MHD_YES;
	}
	if (request->state == READING) {
		request->state = QUEUED;
		shot_http_peer_end(peer_of(server, connection));
		server->mhd->suspend(connection);
		return MHD_YES;
	}
	return request->state == ANSWERED ? send_answer(request) : MHD_YES;
}

/* The library calls it when the answer is sent, or the peer is gone. */
static void complete(void *argument, struct MHD_Connection *connection, void **context,
	enum MHD_RequestTerminationCode reason)
{
	struct shot_http_server *server = argument;
	struct request *request = *context;
	(void)reason;
	*context = NULL;
	shot_http_peer_begin(&server->peers, peer_of(server, connection));
	if (request) {
		request->is_connected = false;
		request->connection = NULL;
		let_go(request);
	}
}

/* The library calls it when a connection begins or ends. */
static void notice(void *argument, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	struct shot_http_server *server = argument;
	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		shot_http_peers_remove(&server->peers, *context);
		return;
	}
	int fd = server->mhd->get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
			 ->connect_fd;
	*context = shot_http_peers_add(&server->peers, fd);
	if (!*context) {
		shutdown(fd, SHUT_RDWR);
	}
}

struct shot_http_server *shot_http_open(
	int fd, const struct shot_http_options *options, struct shot_error *err)
{
	const struct shot_mhd *mhd = shot_mhd(err);
	struct shot_http_server *server = mhd ? calloc(1, sizeof *server) : NULL;
	if (!server) {
		close(fd);
		if (mhd) {
			shot_fail_errno(err, ENOMEM, "cannot start a server");
		}
		return NULL;
	}
	server->mhd = mhd;
	server->options = *options;
	server->peers.patience = options->timeout * SHOT_NS_PER_S;
	server->daemon = mhd->start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		hear, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
		options->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		options->connections_of_peer, MHD_OPTION_CONNECTION_TIMEOUT, options->timeout,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_URI_LOG_CALLBACK,
		hear_address, server, MHD_OPTION_NOTIFY_COMPLETED, complete, server,
		MHD_OPTION_NOTIFY_CONNECTION, notice, server, MHD_OPTION_END);
	if (!server->daemon) {
		close(fd);
		free(server);
		shot_fail(err, "ENOMEM", "cannot start a server: libmicrohttpd refuses");
		return NULL;
	}
	return server;
}

int shot_http_fd(const struct shot_http_server *server)
{
	return server->mhd->get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int64_t shot_http_run(struct shot_http_server *server)
{
	MHD_UNSIGNED_LONG_LONG timeout;
	server->mhd->run(server->daemon);
	int64_t next = shot_http_peers_cut(&server->peers);
	if (server->mhd->get_timeout(server->daemon, &timeout) != MHD_YES) {
		return next;
	}
	return next < 0 || (int64_t)timeout < next ? (int64_t)timeout : next;
}

void shot_http_close(struct shot_http_server *server)
{
	if (!server) {
		return;
	}
	server->is_closing = true;
	for (struct request *one = server->requests; one; one = one->next) {
		if (one->stream) {
			shot_http_stream_end(one->stream);
		} else if (one->state == QUEUED || one->state == TAKEN) {
			set_plain_answer(one, MHD_HTTP_SERVICE_UNAVAILABLE);
			server->mhd->resume(one->connection);
		}
	}
	server->mhd->run(server->daemon);
	server->mhd->stop_daemon(server->daemon); /* completes every request that it knows */
	while (server->requests) {		  /* those that others hold */
		struct request *next = server->requests->next;
		server->requests->server = NULL;
		server->requests = next;
	}
	free(server);
}

struct shot_http_request *shot_http_take(struct shot_http_server *server)
{
	for (struct request *one = server->requests; one; one = one->next) {
		if (one->state == QUEUED) {
			one->state = TAKEN;
			one->is_held = true;
			return &one->public;
		}
	}
	return NULL;
}

static const char *look_up(
	const struct shot_http_request *request, enum MHD_ValueKind kind, const char *name)
{
	const struct request *own = (const struct request *)request;
	return own->state == TAKEN && own->server
		       ? own->server->mhd->lookup(own->connection, kind, name)
		       : NULL;
}

const char *shot_http_request_header(const struct shot_http_request *request, const char *name)
{
	return look_up(request, MHD_HEADER_KIND, name);
}

const char *shot_http_request_query(const struct shot_http_request *request, const char *name)
{
	return look_up(request, MHD_GET_ARGUMENT_KIND, name);
}

/* Queues `answer`. */
static bool reply(struct request *request, unsigned status, struct MHD_Response *answer,
	const struct shot_http_header *headers, size_t count)
{
	const struct shot_mhd *mhd = request->server->mhd;
	if (!answer) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		mhd->add_header(answer, headers[i].name, headers[i].value);
	}
	request->answer = answer;
	request->status = status;
	request->state = ANSWERED;
	mhd->resume(request->connection);
	return true;
}

static bool is_open(const struct request *request)
{
	return request->server && request->state == TAKEN;
}

bool shot_http_answer(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, const void *data, size_t size)
{
	struct request *own = (struct request *)request;
	return is_open(own) && reply(own, status,
				       own->server->mhd->response_from_buffer(size,
					       (void *)(uintptr_t)data, MHD_RESPMEM_MUST_COPY),
				       headers, count);
}

bool shot_http_answer_file(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, int fd, uint64_t size)
{
	struct request *own = (struct request *)request;
	struct MHD_Response *answer =
		is_open(own) ? own->server->mhd->response_from_file(size, fd) : NULL;
	if (!answer) {
		close(fd);
		return false;
	}
	return reply(own, status, answer, headers, count);
}

struct shot_http_stream *shot_http_answer_stream(struct shot_http_request *request, unsigned status,
	const struct shot_http_header *headers, size_t count, unsigned limit)
{
	struct request *own = (struct request *)request;
	if (!is_open(own)) {
		return NULL;
	}
	struct shot_http_stream *stream =
		shot_http_stream_create(own->server->mhd, own->connection, limit);
	if (!stream || !reply(own, status, shot_http_stream_answer(stream), headers, count)) {
		shot_http_stream_unref(stream);
		return NULL;
	}
	own->stream = stream;
	shot_http_stream_ref(stream);
	return stream;
}

void shot_http_request_release(struct shot_http_request *request)
{
	struct request *own = (struct request *)request;
	if (is_open(own)) {
		shot_http_answer(request, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, 0, "", 0);
	}
	own->is_held = false;
	let_go(own);
}
