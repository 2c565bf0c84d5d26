/* Bytes to what takes them when it likes: a pipe, a terminal, a socket, a descriptor of the caller.
 */
#ifndef SHOT_OUTPUT_STREAM_H
#define SHOT_OUTPUT_STREAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct shot_stream {
	const uint8_t *at; /* what is not written yet, */
	size_t left;	   /* and its size */
	const char *name;  /* for messages */

	int fd; /* the rest is stream.c's own */
	int ready;
	bool is_own;
	bool is_synced;
	bool is_socket;
	bool may_block;
};

/* A stream that has nothing to write. */
#define SHOT_STREAM_IDLE \
	{ \
		.fd = -1, .ready = -1 \
	}

/* Begin to write `size` bytes to `fd`, which shot_stream_close closes when `is_own`. `data` and
 * `name` must live until then. When it is over, a stream that `is_synced` has reached the disk, if
 * it leads to one. */
void shot_stream_begin(struct shot_stream *stream, int fd, bool is_own, bool is_synced,
	const char *name, const void *data, size_t size);

/* Write what there is room for now, without waiting (but for a disk): `left` tells whether it is
 * over. No signal is raised: a reader that is gone is EPIPE, a limit of the file's size EFBIG. */
bool shot_stream_write(struct shot_stream *stream, struct shot_error *err);

/* A descriptor that becomes readable when there is room again; the stream's to close. -1 with the
 * system's code. */
int shot_stream_wait_fd(struct shot_stream *stream, struct shot_error *err);

/* How writing that waits for a reader is ended from outside. */
struct shot_stop {
	int fd;		    /* readable from then on */
	atomic_bool is_end; /* a reader was given up: no more patience with others */
};

/* Write all that is left, and wait for the reader as long as it takes. From the end that `stop` (or
 * NULL) tells of, a reader that takes nothing for a second is given up: ETIMEDOUT. */
bool shot_stream_finish(struct shot_stream *stream, struct shot_stop *stop, struct shot_error *err);

/* Write all to a regular file, from where it stands, without a signal; an errno, or 0. */
int shot_write_file(int fd, const void *data, size_t size, bool is_synced);

/* Let go of it, also before it is over. */
void shot_stream_close(struct shot_stream *stream);

#endif
