/* How something stands that was begun and is looked at again and again: what functions called
 * "poll" return. */
#ifndef SHOT_BASE_POLL_H
#define SHOT_BASE_POLL_H

enum shot_poll {
	SHOT_POLL_FAILED = -1, /* it is over; the error says why */
	SHOT_POLL_WAITING = 0, /* look again when the descriptor that it waits on is readable */
	SHOT_POLL_DONE = 1,    /* it is over, and what was asked for is there */
};

#endif
