/* Ends library calls that would wait for a socket's peer without end. libxcb makes such calls:
 * after a message has begun to arrive it waits for the rest, and with a full buffer it waits until
 * the peer reads. A thread checks the calls in progress at intervals. It runs while there are any,
 * and rests when there were none since its last check. Any thread may call. */
#ifndef SHOT_BASE_WATCHDOG_H
#define SHOT_BASE_WATCHDOG_H

#include <stdint.h>
#include <time.h>

#define SHOT_WATCHDOG_STILL_S 4 /* the longest call without any data */
#define SHOT_WATCHDOG_MOST_S 60 /* the longest call with data from time to time */

/* A call in progress; the watchdog's own. */
struct shot_watched {
	int fd;
	clockid_t clock; /* of the calling thread's processor time */
	int64_t worked;	 /* its value at the last check */
	unsigned looks, still;
	struct shot_watched *next, **link;
};

/* Bound this thread's calls with the socket `fd` until the end. If they take too long, the watchdog
 * shuts the socket down, as if its peer had closed it. `call` must not move until then. If no
 * thread can be started, nothing is bounded. */
void shot_watchdog_begin(struct shot_watched *call, int fd);
void shot_watchdog_end(struct shot_watched *call);

/* End the thread, which the next call starts again. No call may be in progress. */
void shot_watchdog_rest(void);

#endif
