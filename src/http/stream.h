/* An answer without an end: pieces that a browser gets as they come. A reader that cannot keep up
 * gets fewer pieces, never old ones. Not thread-safe: the thread of its server. */
#ifndef SHOT_HTTP_STREAM_H
#define SHOT_HTTP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that several streams may send at once, each at its own pace. */
struct shot_http_piece;

/* With one reference; NULL when there is no memory. */
struct shot_http_piece *shot_http_piece_create(const void *data, size_t size);
void shot_http_piece_unref(struct shot_http_piece *piece);

struct shot_http_stream;

/* Send `piece`, of which it takes a reference. False when the reader is gone, or the stream has
 * ended. Its server has to run then. */
bool shot_http_stream_write(struct shot_http_stream *stream, struct shot_http_piece *piece);

/* Whether somebody may still read. A reader who left is noticed when it is written to. */
bool shot_http_stream_is_open(const struct shot_http_stream *stream);

/* Pieces that wait, without the one on its way. */
unsigned shot_http_stream_waiting(const struct shot_http_stream *stream);

/* No more pieces: the answer ends after those that wait. Its server has to run then. */
void shot_http_stream_end(struct shot_http_stream *stream);

void shot_http_stream_ref(struct shot_http_stream *stream);
void shot_http_stream_unref(struct shot_http_stream *stream);

#endif
