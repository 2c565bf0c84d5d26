/* Row 7's "something reads every pixel": the sum of all bytes, as fast as memory gives them. */
#ifndef BENCH_SUM_H
#define BENCH_SUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Two bytes a lane at a time, in 16-bit lanes that are emptied before they
 * can overflow; compilers vectorize it. */
static inline uint64_t bench_sum(const uint8_t *bytes, size_t size)
{
	enum { LANES = 32, ROUNDS = 128, BLOCK = LANES * ROUNDS * 2 };
	uint64_t total = 0;
	size_t at = 0;
	for (; at + BLOCK <= size; at += BLOCK) {
		uint16_t lanes[LANES] = {0};
		for (int round = 0; round < ROUNDS; round++) {
			uint16_t pairs[LANES];
			memcpy(pairs, bytes + at + (size_t)round * sizeof(pairs), sizeof(pairs));
			for (int lane = 0; lane < LANES; lane++) {
				lanes[lane] +=
					(uint16_t)((pairs[lane] & 0xff) + (pairs[lane] >> 8));
			}
		}
		for (int lane = 0; lane < LANES; lane++) {
			total += lanes[lane];
		}
	}
	for (; at < size; at++) {
		total += bytes[at];
	}
	return total;
}

#endif
