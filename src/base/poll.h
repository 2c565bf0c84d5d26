/* The state of an operation in progress. Functions called "poll" return it. */
#ifndef SHOT_BASE_POLL_H
#define SHOT_BASE_POLL_H

enum shot_poll {
	SHOT_POLL_FAILED = -1, /* the operation has ended; the error gives the reason */
	SHOT_POLL_WAITING = 0, /* poll again when the descriptor that it waits on is readable */
	SHOT_POLL_DONE = 1,    /* the operation has ended, and its result is there */
};

#endif
