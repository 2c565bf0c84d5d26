/* The one blocking wait: a descriptor that becomes readable, a wake descriptor that lets another
 * thread or a signal handler end the wait, one that others wait for, and a deadline. */
#ifndef SHOT_BASE_WAIT_H
#define SHOT_BASE_WAIT_H

#include <stdint.h>

enum shot_wait {
	SHOT_WAIT_READY,   /* `fd` is readable, or hung up */
	SHOT_WAIT_WOKEN,   /* `wake_fd` is readable; it is left as it is */
	SHOT_WAIT_SIGNAL,  /* a signal handler ran */
	SHOT_WAIT_OTHERS,  /* `others` is readable */
	SHOT_WAIT_TIMEOUT, /* the deadline has passed */
};

/* Wait until one of these is true; of several descriptors the first in the order above wins.
 * `wake_fd` and `others` may be -1. */
enum shot_wait shot_wait_readable(int fd, int wake_fd, int64_t deadline);
enum shot_wait shot_wait_beside(int fd, int wake_fd, int others, int64_t deadline);

#endif
