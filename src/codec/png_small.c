#include "codec/png_chunk.h"
#include "codec/png_data.h"
#include "codec/png_stripe.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>

#define LEVEL 8		 /* 9 takes twice as long to save one percent */
#define STRIPE_ROWS 64	 /* that share the decision for or against filters */
#define CHUNK (1u << 30) /* a chunk's length has 31 bits */

static void filter(struct shot_png_stripes *stripes, uint8_t *out)
{
	int32_t height = stripes->view->height;
	for (int32_t first = 0; first < height; first += STRIPE_ROWS) {
		int32_t count = height - first < STRIPE_ROWS ? height - first : STRIPE_ROWS;
		shot_png_filter_stripe(stripes, SHOT_PNG_THOROUGH, first, count,
			out + (size_t)first * (stripes->row_size + 1));
	}
}

static bool write_chunks(
	struct shot_blob *out, const uint8_t *data, size_t size, struct shot_error *err)
{
	while (size > 0) {
		size_t part = size < CHUNK ? size : CHUNK;
		if (!shot_png_chunk(out, "IDAT", data, part, err)) {
			return false;
		}
		data += part;
		size -= part;
	}
	return true;
}

bool shot_png_write_small(struct shot_blob *out, const struct shot_view *view,
	enum shot_format format, struct shot_error *err)
{
	struct shot_png_stripes stripes;
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
	uint8_t *filtered = NULL, *packed = NULL;
	bool ok = shot_png_stripes_init(&stripes, view, format, err);
	if (ok) {
		size_t size = (size_t)view->height * (stripes.row_size + 1);
		size_t bound = libdeflate_zlib_compress_bound(compressor, size);
		filtered = malloc(size);
		packed = malloc(bound);
		if (compressor && filtered && packed) {
			filter(&stripes, filtered);
			size = libdeflate_zlib_compress(compressor, filtered, size, packed, bound);
			ok = write_chunks(out, packed, size, err);
		} else {
			ok = shot_fail_errno(err, ENOMEM, "cannot encode a %dx%d picture",
				view->width, view->height);
		}
	}
	free(packed);
	free(filtered);
	libdeflate_free_compressor(compressor);
	shot_png_stripes_finish(&stripes);
	return ok;
}
