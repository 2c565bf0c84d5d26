#include "http/stream.h"
#include "http/stream_make.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 65536 /* bytes that the library asks for at once */

struct shot_http_piece {
	unsigned references;
	size_t size;
	char data[];
};

struct shot_http_stream {
	const struct shot_mhd *mhd;
	struct MHD_Connection *connection; /* NULL when it is gone */
	unsigned references;
	bool is_suspended; /* the connection waits for a piece */
	bool has_ended;	   /* no piece will follow */
	struct shot_http_piece *current;
	size_t sent; /* of the current piece */
	unsigned limit, first, count;
	struct shot_http_piece *waiting[]; /* a ring of `limit` */
};

struct shot_http_piece *shot_http_piece_create(size_t size)
{
	struct shot_http_piece *piece = malloc(sizeof *piece + size);
	if (piece) {
		piece->references = 1;
		piece->size = size;
	}
	return piece;
}

char *shot_http_piece_data(struct shot_http_piece *piece)
{
	return piece->data;
}

void shot_http_piece_unref(struct shot_http_piece *piece)
{
	if (piece && --piece->references == 0) {
		free(piece);
	}
}

struct shot_http_stream *shot_http_stream_create(
	const struct shot_mhd *mhd, struct MHD_Connection *connection, unsigned limit)
{
	struct shot_http_stream *stream =
		calloc(1, sizeof *stream + limit * sizeof *stream->waiting);
	if (stream) {
		stream->mhd = mhd;
		stream->connection = connection;
		stream->references = 1;
		stream->limit = limit;
	}
	return stream;
}

static struct shot_http_piece *take_waiting(struct shot_http_stream *stream)
{
	struct shot_http_piece *piece = stream->waiting[stream->first];
	stream->waiting[stream->first] = NULL;
	stream->first = (stream->first + 1) % stream->limit;
	stream->count--;
	return piece;
}

static void resume(struct shot_http_stream *stream)
{
	if (stream->is_suspended && stream->connection) {
		stream->is_suspended = false;
		stream->mhd->resume(stream->connection);
	}
}

/* Fills `out` for the library, or suspends the connection. */
static ssize_t read_on(void *argument, uint64_t position, char *out, size_t room)
{
	struct shot_http_stream *stream = argument;
	(void)position;
	if (stream->current && stream->sent == stream->current->size) {
		shot_http_piece_unref(stream->current);
		stream->current = NULL;
	}
	if (!stream->current && stream->count > 0) {
		stream->current = take_waiting(stream);
		stream->sent = 0;
	}
	if (!stream->current) {
		if (stream->has_ended) {
			return MHD_CONTENT_READER_END_OF_STREAM;
		}
		stream->is_suspended = true;
		stream->mhd->suspend(stream->connection);
		return 0;
	}
	size_t left = stream->current->size - stream->sent;
	size_t size = left < room ? left : room;
	memcpy(out, stream->current->data + stream->sent, size);
	stream->sent += size;
	return (ssize_t)size;
}

static void forget(struct shot_http_stream *stream)
{
	shot_http_piece_unref(stream->current);
	stream->current = NULL;
	while (stream->count > 0) {
		shot_http_piece_unref(take_waiting(stream));
	}
}

/* The library calls it when it releases the answer: the connection has ended. */
static void leave(void *argument)
{
	struct shot_http_stream *stream = argument;
	stream->connection = NULL;
	forget(stream);
	shot_http_stream_unref(stream);
}

struct MHD_Response *shot_http_stream_answer(struct shot_http_stream *stream)
{
	struct MHD_Response *answer = stream->mhd->response_from_callback(
		MHD_SIZE_UNKNOWN, BLOCK, read_on, stream, leave);
	stream->references += answer != NULL;
	return answer;
}

bool shot_http_stream_write(struct shot_http_stream *stream, struct shot_http_piece *piece)
{
	if (!shot_http_stream_is_open(stream)) {
		return false;
	}
	if (stream->count == stream->limit) {
		shot_http_piece_unref(take_waiting(stream));
	}
	piece->references++;
	stream->waiting[(stream->first + stream->count++) % stream->limit] = piece;
	resume(stream);
	return true;
}

bool shot_http_stream_is_open(const struct shot_http_stream *stream)
{
	return stream->connection && !stream->has_ended;
}

unsigned shot_http_stream_waiting(const struct shot_http_stream *stream)
{
	return stream->count;
}

void shot_http_stream_end(struct shot_http_stream *stream)
{
	stream->has_ended = true;
	resume(stream);
}

void shot_http_stream_ref(struct shot_http_stream *stream)
{
	stream->references++;
}

void shot_http_stream_unref(struct shot_http_stream *stream)
{
	if (stream && --stream->references == 0) {
		forget(stream);
		free(stream);
	}
}
