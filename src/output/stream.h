/* Writes bytes to a slow destination: a pipe, a terminal, a socket, a descriptor of the caller.
 */
#ifndef SHOT_OUTPUT_STREAM_H
#define SHOT_OUTPUT_STREAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct shot_stream {
	const uint8_t *at; /* the bytes that are not written yet, */
	size_t left;	   /* and their number */
	const char *name;  /* for messages */

	int fd; /* the rest is stream.c's own */
	int ready;
	bool is_own;
	bool is_synced;
	bool is_socket;
	bool may_block;
};

/* A stream without anything to write. */
#define SHOT_STREAM_IDLE \
	{ \
		.fd = -1, .ready = -1 \
	}

/* Begin to write `size` bytes to `fd`, which shot_stream_close closes when `is_own`. `data` and
 * `name` must live until then. At the end, the bytes of a stream that `is_synced` have reached the
 * disk, if it leads to one. */
void shot_stream_begin(struct shot_stream *stream, int fd, bool is_own, bool is_synced,
	const char *name, const void *data, size_t size);

/* Write as many bytes as there is room for now, without waiting (except for a disk). The stream is
 * done when `left` is 0. No signal is raised: a reader that has gone is EPIPE, a limit of the
 * file's size EFBIG. */
bool shot_stream_write(struct shot_stream *stream, struct shot_error *err);

/* A descriptor that becomes readable when there is room again; the stream's to close. -1 with the
 * system's code. */
int shot_stream_wait_fd(struct shot_stream *stream, struct shot_error *err);

/* Lets another thread end writes that wait for a reader. */
struct shot_stop {
	int fd;		    /* readable from then on */
	atomic_bool is_end; /* a reader was given up: no more patience with others */
};

/* Write the rest, and wait for the reader without a limit. After `stop` (which may be NULL) has
 * signaled the end, a reader that takes nothing for a second is given up: ETIMEDOUT. */
bool shot_stream_finish(struct shot_stream *stream, struct shot_stop *stop, struct shot_error *err);

/* Write all bytes to a regular file at its current offset, without a signal; an errno, or 0. */
int shot_write_file(int fd, const void *data, size_t size, bool is_synced);

/* Close the stream, even before its end. */
void shot_stream_close(struct shot_stream *stream);

#endif
