/* A child of fork(2) has copies of everything that is open, and no thread but the one that forked.
 * It must end nothing that it shares with its parent, and wait for no thread. */
#ifndef SHOT_BASE_FORK_H
#define SHOT_BASE_FORK_H

#include <stdbool.h>

/* A number that differs in a child from that of its parent, for what was made before to be told
 * from what was made after. Its first call makes later forks count; from any thread. */
unsigned shot_fork_generation(void);

/* A connection that the child must not use: there its descriptor is exchanged for /dev/null.
 * Whatever would be sent or shut down ends in an error, and the other side never hears of it. */
struct shot_fork_guard {
	int fd;
	struct shot_fork_guard *next, **link;
};

/* Begin and end to guard a descriptor, from any thread; `guard` must stay where it is meanwhile. */
void shot_fork_guard_begin(struct shot_fork_guard *guard, int fd);
void shot_fork_guard_end(struct shot_fork_guard *guard);

#endif
