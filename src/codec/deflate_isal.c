#include "codec/deflate.h"

#include <errno.h>
#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

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
