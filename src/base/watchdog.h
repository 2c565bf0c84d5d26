/* Ends calls into libraries that wait for a socket's peer without end. libxcb is such a one: once a
 * message has begun to come it waits for the rest, and once its buffer is full it waits until the
 * peer reads. A thread looks at the calls that are under way, once in a while; it runs as long as
 * there are any, and rests when there have been none since it last looked. Any thread may call. */
#ifndef SHOT_BASE_WATCHDOG_H
#define SHOT_BASE_WATCHDOG_H

#include <stdint.h>
#include <time.h>

#define SHOT_WATCHDOG_STILL_S 4 /* after which a call ends at the latest, when nothing comes */
#define SHOT_WATCHDOG_MOST_S 60 /* likewise, when something comes now and then */

/* A call under way; the watchdog's own. */
struct shot_watched {
	int fd;
	clockid_t clock; /* of the calling thread's processor time */
	int64_t worked;	 /* what it showed at the last look */
	unsigned looks, still;
	struct shot_watched *next, **link;
};

/* Bound what this thread does until the end with the socket `fd`: when that takes too long, the
 * socket is shut down, as if its peer had closed it. `call` must stay where it is until then.
 * Without room for a thread nothing is bounded. */
void shot_watchdog_begin(struct shot_watched *call, int fd);
void shot_watchdog_end(struct shot_watched *call);

/* End the thread, which the next call starts again. No call may be under way. */
void shot_watchdog_rest(void);

#endif
