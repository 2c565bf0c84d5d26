/* What the server alone does with a stream. */
#ifndef SHOT_HTTP_STREAM_MAKE_H
#define SHOT_HTTP_STREAM_MAKE_H

#include "http/library.h"
#include "http/stream.h"

/* For a connection of the server; at most `limit` pieces (1 or more) wait, and the oldest of them
 * goes when one more comes. The caller has one reference; the answer gets another. */
struct shot_http_stream *shot_http_stream_create(
	const struct shot_mhd *mhd, struct MHD_Connection *connection, unsigned limit);

/* An answer that sends what the stream gets; NULL when there is no memory. */
struct MHD_Response *shot_http_stream_answer(struct shot_http_stream *stream);

#endif
