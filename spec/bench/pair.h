/* Two that work on one thing, each pinned to a processor of its own: the contender itself (the
 * first processor that it may use) and a partner (the second), as a process or a thread. */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "serve.h"

enum pair_kind {
	PAIR_PROCESS,
	PAIR_THREAD,
};

struct pair {
	int64_t (*partner)(void *context, long count); /* the partner's part of one turn */
	void (*finish)(void *context); /* the partner's, at the end of a process; or NULL */
	void *context;
	int to[2], from[2]; /* pipes */
	cpu_set_t allowed;
};

/* Use only the `index`th of the processors in `allowed`, if there is one. */
static inline void pair_pin(const cpu_set_t *allowed, int index)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, allowed) && index-- == 0) {
			cpu_set_t one;
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof(one), &one);
		}
	}
}

static inline void *pair_serve(void *argument)
{
	struct pair *pair = argument;
	long count;
	pair_pin(&pair->allowed, 1);
	while (read(pair->to[0], &count, sizeof(count)) == sizeof(count)) {
		int64_t answer = pair->partner(pair->context, count);
		if (write(pair->from[1], &answer, sizeof(answer)) != sizeof(answer)) {
			break;
		}
	}
	return NULL;
}

/* Start the partner; it ends with the contender. */
static inline void pair_start(struct pair *pair, enum pair_kind kind)
{
	if (pipe(pair->to) < 0 || pipe(pair->from) < 0) {
		bench_die("no pipe");
	}
	sched_getaffinity(0, sizeof(pair->allowed), &pair->allowed);
	pthread_t thread;
	if (kind == PAIR_THREAD) {
		pthread_create(&thread, NULL, pair_serve, pair);
	} else if (fork() == 0) {
		close(pair->to[1]);
		pair_serve(pair);
		if (pair->finish) {
			pair->finish(pair->context);
		}
		_exit(0);
	}
	pair_pin(&pair->allowed, 0);
}

/* Let the partner begin its part of a turn. */
static inline void pair_begin(struct pair *pair, long count)
{
	if (write(pair->to[1], &count, sizeof(count)) != sizeof(count)) {
		bench_die("the partner is gone");
	}
}

/* Wait until it is done; what it returned. */
static inline int64_t pair_end(struct pair *pair)
{
	int64_t answer;
	if (read(pair->from[0], &answer, sizeof(answer)) != sizeof(answer)) {
		bench_die("the partner is gone");
	}
	return answer;
}

#endif
