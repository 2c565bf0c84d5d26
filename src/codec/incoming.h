/* Reads a picture's file without blocking: a pipe can be slow, and its reader has other work to do.
 * */
#ifndef SHOT_CODEC_INCOMING_H
#define SHOT_CODEC_INCOMING_H

#include <limits.h>

#include "base/poll.h"
#include "codec/decode.h"

struct shot_incoming {
	int fd; /* -1: none; wait until it is readable when a read returns SHOT_POLL_WAITING */
	size_t max_pixels;
	bool is_fifo; /* the other end may not be open yet */
	struct shot_blob blob;
	char path[PATH_MAX];
};

/* Open the file at `path`, without waiting for a pipe's writer. */
bool shot_incoming_open(struct shot_incoming *incoming, const char *path, size_t max_pixels,
	struct shot_error *err);

/* The same of the open file `fd`, which it owns, even after a failure; `name` is for messages. */
bool shot_incoming_take(struct shot_incoming *incoming, int fd, const char *name, size_t max_pixels,
	struct shot_error *err);

/* Read the bytes that are there. EFORMAT as soon as the file does not begin as a picture, EFBIG
 * when it is longer than a picture of `max_pixels` could be. */
enum shot_poll shot_incoming_read(struct shot_incoming *incoming, struct shot_error *err);

/* Decode the file, after all of it was read. */
bool shot_incoming_decode(
	const struct shot_incoming *incoming, struct shot_picture *out, struct shot_error *err);

/* Close and free. A second call is allowed. */
void shot_incoming_finish(struct shot_incoming *incoming);

#endif
