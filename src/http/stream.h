/* An endless answer: the browser gets each piece at once. A slow reader gets fewer pieces, never
 * old ones. Not thread-safe: the thread of its server. */
#ifndef SHOT_HTTP_STREAM_H
#define SHOT_HTTP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that several streams can send at the same time, each at its own pace. */
struct shot_http_piece;

/* Make a piece with one reference, whose bytes the caller fills in; NULL when there is no memory.
 */
struct shot_http_piece *shot_http_piece_create(size_t size);
char *shot_http_piece_data(struct shot_http_piece *piece);
void shot_http_piece_unref(struct shot_http_piece *piece);

struct shot_http_stream;

/* Send `piece`; the stream takes a reference. False when the reader is gone, or the stream has
 * ended. Call shot_http_run afterwards. */
bool shot_http_stream_write(struct shot_http_stream *stream, struct shot_http_piece *piece);

/* Tells whether the reader may still be there: only a write shows that it has left. */
bool shot_http_stream_is_open(const struct shot_http_stream *stream);

/* Counts the waiting pieces, without the one that is being sent. */
unsigned shot_http_stream_waiting(const struct shot_http_stream *stream);

/* End the answer after the waiting pieces. Call shot_http_run afterwards. */
void shot_http_stream_end(struct shot_http_stream *stream);

/* Take and drop a reference. The last one frees the stream. */
void shot_http_stream_ref(struct shot_http_stream *stream);
void shot_http_stream_unref(struct shot_http_stream *stream);

#endif
