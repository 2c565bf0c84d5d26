/* Converts and filters a picture's rows for a PNG, a stripe of rows at a time. */
#ifndef SHOT_CODEC_PNG_STRIPE_H
#define SHOT_CODEC_PNG_STRIPE_H

#include "codec/deflate.h"
#include "codec/png_filter.h"
#include "image/view.h"

/* The state of one thread. */
struct shot_png_stripes {
	const struct shot_view *view;
	enum shot_format format; /* of the file: rgb or gray */
	size_t row_size;	 /* bytes of a row in that format, without its filter's number */
	uint8_t *scratch;	 /* on the heap */
};

/* Prepare for `view`, which must outlive the state. ENOMEM. Call finish even after a failure. */
bool shot_png_stripes_init(struct shot_png_stripes *stripes, const struct shot_view *view,
	enum shot_format format, struct shot_error *err);
void shot_png_stripes_finish(struct shot_png_stripes *stripes);

/* Write rows [first, first + count) filtered to `out`, count * (row_size + 1) bytes. */
void shot_png_filter_rows(struct shot_png_stripes *stripes, enum shot_png_search search,
	int32_t first, int32_t count, uint8_t *out);

/* The same by a quick search: for photographs, or for text, if `deflater` makes a few rows smaller
 * that way. `spare` holds shot_deflate_bound of the bytes at `out`. */
void shot_png_filter_stripe(struct shot_png_stripes *stripes, struct shot_deflater *deflater,
	int32_t first, int32_t count, uint8_t *out, uint8_t *spare);

#endif
