/* A picture's file on its way: a pipe gives its bytes when it likes, and who reads it has other
 * things to do meanwhile. */
#ifndef SHOT_CODEC_INCOMING_H
#define SHOT_CODEC_INCOMING_H

#include <limits.h>

#include "base/poll.h"
#include "codec/decode.h"

struct shot_incoming {
	int fd; /* -1: none; wait for it when a read says "waiting" */
	size_t max_pixels;
	bool is_fifo; /* nobody may have opened the other end yet */
	struct shot_blob blob;
	char path[PATH_MAX];
};

/* Open the file at `path`, without waiting for a pipe's writer. */
bool shot_incoming_open(struct shot_incoming *incoming, const char *path, size_t max_pixels,
	struct shot_error *err);

/* Read what there is. EFORMAT as soon as it does not begin as a picture, EFBIG when it is longer
 * than one of `max_pixels` could be. */
enum shot_poll shot_incoming_read(struct shot_incoming *incoming, struct shot_error *err);

/* Decode it, once it is all there. */
bool shot_incoming_decode(
	const struct shot_incoming *incoming, struct shot_picture *out, struct shot_error *err);

/* Close and free; again is allowed. */
void shot_incoming_finish(struct shot_incoming *incoming);

#endif
