/* A breaker ends another thread's wait for a socket's peer, which nothing else would end: it shuts
 * the socket down, so that reads return. Any thread may break; one thread guards. Functions that
 * take a breaker accept NULL: a breaker that nobody breaks. */
#ifndef SHOT_BASE_BREAKER_H
#define SHOT_BASE_BREAKER_H

#include <pthread.h>
#include <stdbool.h>

struct shot_breaker {
	pthread_mutex_t lock;
	int fd; /* the breaker's own descriptor of the socket, -1 for none */
	bool is_broken;
};

/* Begin unbroken, with nothing guarded. */
void shot_breaker_init(struct shot_breaker *breaker);

/* Guard `fd`, which stays the caller's, in place of the descriptor guarded before; -1 guards
 * nothing. False, with errno: the breaker is broken (ECANCELED), or no descriptor is left. */
bool shot_breaker_guard(struct shot_breaker *breaker, int fd);

/* Whether any thread has broken it. */
bool shot_breaker_is_broken(struct shot_breaker *breaker);

/* End the waits for the guarded socket, and refuse to guard from now on. */
void shot_breaker_break(struct shot_breaker *breaker);

/* Close the breaker's descriptor. Call this when no thread uses the breaker any more. */
void shot_breaker_finish(struct shot_breaker *breaker);

#endif
