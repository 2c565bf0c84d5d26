/* The functions of a stream that only the server calls. */
#ifndef SHOT_HTTP_STREAM_MAKE_H
#define SHOT_HTTP_STREAM_MAKE_H

#include "http/library.h"

/* Make the stream of a connection. At most `limit` pieces (1 or more) wait; a further one replaces
 * the oldest. The caller has one reference; the answer gets another. */
struct shot_http_stream *shot_http_stream_create(
	const struct shot_mhd *mhd, struct MHD_Connection *connection, unsigned limit);

/* Make the answer that sends the stream's pieces; NULL when there is no memory. */
struct MHD_Response *shot_http_stream_answer(struct shot_http_stream *stream);

#endif
