#include "codec/png_stripe.h"
#include "image/convert.h"
#include "image/pixel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PIXEL 4	      /* room for the zero pixel before a row */
#define SAMPLES 4     /* places in a stripe where filters are tried */
#define SAMPLE_ROWS 3 /* consecutive rows, so that compression finds vertical repetitions */

/* The scratch memory: two rows in the file's format, and a row for the filter search. */
static size_t padded(const struct shot_png_stripes *stripes)
{
	return PIXEL + stripes->row_size;
}

bool shot_png_stripes_init(struct shot_png_stripes *stripes, const struct shot_view *view,
	enum shot_format format, struct shot_error *err)
{
	*stripes = (struct shot_png_stripes){
		.view = view,
		.format = format,
		.row_size = (size_t)view->width * shot_format_bytes(format),
	};
	stripes->scratch = calloc(3, padded(stripes));
	return stripes->scratch ||
	       shot_fail_errno(err, ENOMEM, "cannot encode rows of %d pixels", view->width);
}

void shot_png_stripes_finish(struct shot_png_stripes *stripes)
{
	free(stripes->scratch);
	*stripes = (struct shot_png_stripes){0};
}

/* Row `y`, in the file's format; the row before the first is black. */
static void convert_row(const struct shot_png_stripes *stripes, int32_t y, uint8_t *out)
{
	if (y < 0) {
		memset(out, 0, stripes->row_size);
		return;
	}
	struct shot_view row = *stripes->view;
	row.data = shot_view_row(stripes->view, y);
	row.height = 1;
	shot_view_convert(&row, stripes->format, out, stripes->row_size);
}

/* Whether row `y` equals the one above, as most rows of a plain surface do. */
static bool repeats(const struct shot_view *view, int32_t y)
{
	if (y == 0) {
		return false;
	}
	const uint8_t *above = shot_view_row(view, y - 1), *row = shot_view_row(view, y);
	size_t pixel = shot_format_bytes(view->format);
	return pixel == 4 ? !shot_pixels_differ(above, row, view->width)
			  : memcmp(above, row, (size_t)view->width * pixel) == 0;
}

void shot_png_filter_rows(struct shot_png_stripes *stripes, enum shot_png_search search,
	int32_t first, int32_t count, uint8_t *out)
{
	uint8_t *above = stripes->scratch + PIXEL;
	uint8_t *row = above + padded(stripes);
	uint8_t *spare = row + stripes->row_size;
	size_t pixel = shot_format_bytes(stripes->format);
	convert_row(stripes, first - 1, above);
	for (int32_t y = first; y < first + count; y++, out += stripes->row_size + 1) {
		if (repeats(stripes->view, y)) {
			shot_png_filter_repeated(stripes->row_size, out);
			continue;
		}
		convert_row(stripes, y, row);
		shot_png_filter_row(search, above, row, stripes->row_size, pixel, out, spare);
		uint8_t *swap = above;
		above = row;
		row = swap;
	}
}

/* Returns the compressed size of a stripe's sample; both buffers hold more. */
static size_t try(struct shot_png_stripes *stripes, enum shot_png_search search,
	struct shot_deflater *deflater, int32_t first, int32_t count, uint8_t *sample,
	uint8_t *packed)
{
	size_t part = SAMPLE_ROWS * (stripes->row_size + 1);
	for (int32_t i = 0; i < SAMPLES; i++) {
		shot_png_filter_rows(stripes, search,
			first + (count - SAMPLE_ROWS) / (SAMPLES - 1) * i, SAMPLE_ROWS,
			sample + (size_t)i * part);
	}
	return shot_deflate(deflater, sample, SAMPLES * part, packed);
}

void shot_png_filter_stripe(struct shot_png_stripes *stripes, struct shot_deflater *deflater,
	int32_t first, int32_t count, uint8_t *out, uint8_t *spare)
{
	bool is_text = count >= SAMPLES * SAMPLE_ROWS &&
		       try(stripes, SHOT_PNG_PLAIN, deflater, first, count, out, spare) <
			       try(stripes, SHOT_PNG_QUICK, deflater, first, count, out, spare);
	shot_png_filter_rows(stripes, is_text ? SHOT_PNG_PLAIN : SHOT_PNG_QUICK, first, count, out);
}
