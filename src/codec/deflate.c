#include "codec/deflate.h"

#include <errno.h>
#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

#define STORED_LIMIT 65535 /* bytes in one stored block, which costs 5 more */
#define ADLER_BASE 65521

struct shot_deflater {
	struct isal_zstream stream;
	uint8_t level_buffer[ISAL_DEF_LVL1_MEDIUM];
};

struct shot_deflater *shot_deflater_create(struct shot_error *err)
{
	struct shot_deflater *deflater = malloc(sizeof *deflater);
	if (!deflater) {
		shot_fail_errno(err, ENOMEM, "cannot start a compressor");
		return NULL;
	}
	/* The library reads fields that it sets only at the first use. */
	memset(&deflater->stream, 0, sizeof deflater->stream);
	return deflater;
}

void shot_deflater_destroy(struct shot_deflater *deflater)
{
	free(deflater);
}

size_t shot_deflate_bound(size_t size)
{
	return size + 5 * (size / STORED_LIMIT + 2);
}

size_t shot_deflate(struct shot_deflater *deflater, const uint8_t *data, size_t size, uint8_t *out)
{
	struct isal_zstream *stream = &deflater->stream;
	isal_deflate_stateless_init(stream);
	stream->level = 1;
	stream->level_buf = deflater->level_buffer;
	stream->level_buf_size = sizeof deflater->level_buffer;
	stream->flush = FULL_FLUSH;
	stream->next_in = (uint8_t *)(uintptr_t)data;
	stream->avail_in = (uint32_t)size;
	stream->next_out = out;
	stream->avail_out = (uint32_t)shot_deflate_bound(size);
	isal_deflate_stateless(stream); /* cannot fail: it stores data that does not shrink */
	return stream->total_out;
}

uint32_t shot_adler32_join(uint32_t first, uint32_t second, size_t second_size)
{
	uint32_t length = (uint32_t)(second_size % ADLER_BASE);
	uint32_t a = (first & 0xffff) + (second & 0xffff) + ADLER_BASE - 1;
	uint64_t b = (uint64_t)length * (first & 0xffff) + (first >> 16) + (second >> 16) +
		     ADLER_BASE - length;
	return (uint32_t)(b % ADLER_BASE) << 16 | a % ADLER_BASE;
}
