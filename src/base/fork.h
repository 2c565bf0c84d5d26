/* A child of fork(2) has copies of all open descriptors and mappings, and only the thread that
 * forked. It must not end anything that it shares with its parent, nor wait for a thread. */
#ifndef SHOT_BASE_FORK_H
#define SHOT_BASE_FORK_H

/* A number that differs between parent and child, so that an object can tell whether it was made
 * before the fork. The first call makes later forks count. Any thread may call it. */
unsigned shot_fork_generation(void);

/* Guards a connection that a child must not use: in the child, /dev/null replaces its descriptor.
 * Sending and shutting down then fail, and the peer never notices. */
struct shot_fork_guard {
	int fd;
	struct shot_fork_guard *next, **link;
};

/* Begin and end guarding a descriptor, from any thread. `guard` must not move in between. */
void shot_fork_guard_begin(struct shot_fork_guard *guard, int fd);
void shot_fork_guard_end(struct shot_fork_guard *guard);

#endif
