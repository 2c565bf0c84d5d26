/* Ends another thread's wait for a socket's peer, which nothing else would end: reads of the socket
 * find that it is closed. Any thread may break; one guards. Where a breaker is taken, NULL is one
 * that nobody breaks. */
#ifndef SHOT_BASE_BREAKER_H
#define SHOT_BASE_BREAKER_H

#include <pthread.h>
#include <stdbool.h>

struct shot_breaker {
	pthread_mutex_t lock;
	int fd; /* a descriptor of its own of the socket, -1 for none */
	bool is_broken;
};

void shot_breaker_init(struct shot_breaker *breaker);

/* Let the breaker end waits for `fd`, which stays the caller's, instead of what it had; -1 for
 * nothing. False, with errno: it is broken (ECANCELED), or there is no descriptor left. */
bool shot_breaker_guard(struct shot_breaker *breaker, int fd);

bool shot_breaker_is_broken(struct shot_breaker *breaker);

/* End what it guards, and refuse to guard from now on. */
void shot_breaker_break(struct shot_breaker *breaker);

/* Let go of the descriptor, when no thread uses the breaker any more. */
void shot_breaker_finish(struct shot_breaker *breaker);

#endif
