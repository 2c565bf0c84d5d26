#include "codec/deflate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec/deflate_text.h"

#define STORED_LIMIT 65535 /* bytes in one stored block */

struct shot_deflater {
	struct shot_text_deflater *zlib;
};

struct shot_deflater *shot_deflater_create(struct shot_error *err)
{
	struct shot_deflater *deflater = malloc(sizeof *deflater);
	if (!deflater) {
		shot_fail_errno(err, ENOMEM, "cannot start a compressor");
		return NULL;
	}
	deflater->zlib = shot_text_deflater_create(); /* without zlib all is stored */
	return deflater;
}

void shot_deflater_destroy(struct shot_deflater *deflater)
{
	if (deflater) {
		shot_text_deflater_destroy(deflater->zlib);
		free(deflater);
	}
}

static size_t store(const uint8_t *data, size_t size, uint8_t *out)
{
	uint8_t *end = out;
	for (size_t at = 0; at < size || at == 0; at += STORED_LIMIT) {
		unsigned length = size - at < STORED_LIMIT ? (unsigned)(size - at) : STORED_LIMIT;
		*end++ = 0;
		*end++ = (uint8_t)length;
		*end++ = (uint8_t)(length >> 8);
		*end++ = (uint8_t)~length;
		*end++ = (uint8_t)(~length >> 8);
		memcpy(end, data + at, length);
		end += length;
	}
	return (size_t)(end - out);
}

size_t shot_deflate(struct shot_deflater *deflater, const uint8_t *data, size_t size, uint8_t *out)
{
	size_t packed = deflater->zlib ? shot_deflate_text(deflater->zlib, data, size, out,
						 shot_deflate_bound(size))
				       : 0;
	return packed ? packed : store(data, size, out);
}
