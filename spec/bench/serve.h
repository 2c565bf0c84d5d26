/* A contender: a program that does its work when the harness asks. It says "ready <label>" once,
 * then for each line "<warm> <count>" works `warm` times unmeasured and `count` times measured and
 * answers with the nanoseconds that the measured part took. serve.lua and serve.py are the same. */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t bench_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* End the program, saying why. */
#define bench_die(...) (fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))

/* Serve until standard input ends. `work` does its thing `count` times; what it returns, if not
 * negative, is taken for the time instead of what the clock here says. */
static inline int bench_serve(
	const char *label, int64_t (*work)(void *context, long count), void *context)
{
	printf("ready %s\n", label);
	fflush(stdout);
	long warm, count;
	while (scanf("%ld %ld", &warm, &count) == 2) {
		if (warm > 0) {
			work(context, warm);
		}
		int64_t start = bench_ns();
		int64_t measured = work(context, count);
		int64_t elapsed = bench_ns() - start;
		printf("%lld\n", (long long)(measured >= 0 ? measured : elapsed));
		fflush(stdout);
	}
	return 0;
}

#endif
