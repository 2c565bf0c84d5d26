/* Row 7's "something reads every pixel", and row 12's floor: a sum of the words, as fast as memory
 * gives them. A sum of the bytes takes 1.5 to 1.8 times as long, by the compiler's choices in one
 * program or another. */
#ifndef BENCH_SUM_H
#define BENCH_SUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of whole words alone. */
static inline uint64_t bench_sum(const uint8_t *bytes, size_t size)
{
	uint64_t total = 0;
	for (size_t at = 0; at + sizeof total <= size; at += sizeof total) {
		uint64_t word;
		memcpy(&word, bytes + at, sizeof word);
		total += word;
	}
	return total;
}

#endif
