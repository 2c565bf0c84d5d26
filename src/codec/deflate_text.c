#include "codec/deflate_text.h"
#include "base/library.h"

#include <stdlib.h>
#include <zlib.h>

#define LEVEL 1	     /* takes the first match without checking whether the next one is longer */
#define WINDOW (-15) /* 32 KiB, and no header */
#define MEMORY 7     /* larger hash tables find little more, and cost time to update */

/* Values for zlib's deflateTune, all above those of the level: good_length, max_lazy (here the
 * longest match whose positions are all inserted), nice_length and max_chain. */
#define GOOD 32
#define NOTED 32
#define NICE 258
#define PLACES 64

struct zlib {
	__typeof__(deflateInit2_) *init;
	__typeof__(deflateTune) *tune;
	__typeof__(deflateReset) *reset;
	__typeof__(deflate) *run;
	__typeof__(deflateEnd) *end;
};

struct shot_text_deflater {
	struct zlib zlib;
	z_stream stream;
};

static bool load(struct zlib *zlib)
{
	static const char *const names[] = {
		"deflateInit2_", "deflateTune", "deflateReset", "deflate", "deflateEnd", NULL};
	_Static_assert(sizeof *zlib == sizeof names - sizeof *names, "a name for each pointer");
	struct shot_error err;
	return shot_library_load(SHOT_LIBRARY_ZLIB, names, zlib, &err);
}

struct shot_text_deflater *shot_text_deflater_create(void)
{
	struct shot_text_deflater *deflater = calloc(1, sizeof *deflater);
	if (deflater && load(&deflater->zlib) &&
		deflater->zlib.init(&deflater->stream, LEVEL, Z_DEFLATED, WINDOW, MEMORY,
			Z_DEFAULT_STRATEGY, ZLIB_VERSION, (int)sizeof deflater->stream) == Z_OK) {
		return deflater;
	}
	free(deflater);
	return NULL;
}

void shot_text_deflater_destroy(struct shot_text_deflater *deflater)
{
	if (deflater) {
		deflater->zlib.end(&deflater->stream);
		free(deflater);
	}
}

size_t shot_deflate_text(struct shot_text_deflater *deflater, const uint8_t *data, size_t size,
	uint8_t *out, size_t room)
{
	z_stream *stream = &deflater->stream;
	deflater->zlib.reset(stream);
	deflater->zlib.tune(stream, GOOD, NOTED, NICE, PLACES);
	stream->next_in = (uint8_t *)(uintptr_t)data;
	stream->avail_in = (uInt)size;
	stream->next_out = out;
	stream->avail_out = (uInt)room;
	deflater->zlib.run(stream, Z_FULL_FLUSH);
	return stream->avail_in == 0 && stream->avail_out > 0 ? stream->total_out : 0;
}
