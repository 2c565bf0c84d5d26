#include "codec/deflate.h"

#define STORED_LIMIT 65535 /* bytes in one stored block, which costs 5 more */
#define ADLER_BASE 65521

size_t shot_deflate_bound(size_t size)
{
	return size + 5 * (size / STORED_LIMIT + 2);
}

uint32_t shot_adler32_join(uint32_t first, uint32_t second, size_t second_size)
{
	uint32_t length = (uint32_t)(second_size % ADLER_BASE);
	uint32_t a = (first & 0xffff) + (second & 0xffff) + ADLER_BASE - 1;
	uint64_t b = (uint64_t)length * (first & 0xffff) + (first >> 16) + (second >> 16) +
		     ADLER_BASE - length;
	return (uint32_t)(b % ADLER_BASE) << 16 | a % ADLER_BASE;
}
