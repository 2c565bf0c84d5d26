/* Row 9's one-way messages: how they are spaced, and what a turn of them is worth. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include "serve.h"

#define LATENCY_TURN 1024 /* messages, at most */

/* Keep this processor busy for 100 us: long enough that the other side waits in the kernel by then,
 * and its processor idles lightly. */
static inline void latency_pause(void)
{
	for (int64_t end = bench_ns() + 100000; bench_ns() < end;) {
	}
}

static inline int latency_compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* What a turn would have taken if every message took the median: after one that was held up by
 * something else, those behind it are late too, so that a mean says little. */
static inline int64_t latency_typical(int64_t *latencies, long count)
{
	qsort(latencies, (size_t)count, sizeof(*latencies), latency_compare);
	return count ? latencies[count / 2] * count : 0;
}

#endif
