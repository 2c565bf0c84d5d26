/* A picture's rows on their way into a PNG: converted and filtered, a stripe of rows at a time. */
#ifndef SHOT_CODEC_PNG_STRIPE_H
#define SHOT_CODEC_PNG_STRIPE_H

#include "codec/deflate.h"
#include "codec/png_filter.h"
#include "image/view.h"

/* What one thread needs for it. */
struct shot_png_stripes {
	const struct shot_view *view;
	enum shot_format format; /* of the file: rgb or gray */
	size_t row_size;	 /* bytes of a row in that format, without its filter's number */
	struct shot_deflater *deflater;
	uint8_t *scratch; /* on the heap */
};

/* Prepare for `view`, which must stay. ENOMEM. Finish it also when this fails. */
bool shot_png_stripes_init(struct shot_png_stripes *stripes, const struct shot_view *view,
	enum shot_format format, struct shot_error *err);
void shot_png_stripes_finish(struct shot_png_stripes *stripes);

/* Write rows [first, first + count) filtered to `out`, count * (row_size + 1) bytes. `search` is
 * the one that would be used on a photograph; a few rows, compressed both ways, tell whether the
 * stripe is better off without filters. */
void shot_png_filter_stripe(struct shot_png_stripes *stripes, enum shot_png_search search,
	int32_t first, int32_t count, uint8_t *out);

#endif
