/* The filters that PNG applies before compression. A row is `size` bytes of data, of `pixel` bytes
 * each (1 to 4), and `pixel` zero bytes stand before it and before the row above, so that no pixel
 * is special.
 */
#ifndef SHOT_CODEC_PNG_FILTER_H
#define SHOT_CODEC_PNG_FILTER_H

#include <stddef.h>
#include <stdint.h>

/* The search for each row's filter. */
enum shot_png_search {
	/* None, but for rows equal to the one above: text, for a compressor that finds what repeats
	 * downward itself. */
	SHOT_PNG_NONE,
	SHOT_PNG_ABOVE,	   /* always the one above */
	SHOT_PNG_PLAIN,	   /* none, or above if more bytes repeat downward: text, patterns */
	SHOT_PNG_QUICK,	   /* left or above, the closer one */
	SHOT_PNG_THOROUGH, /* the least sum of absolute differences of all five */
};

/* Write the filter's number and the filtered row, size + 1 bytes, to `out`. `spare` is as large. */
void shot_png_filter_row(enum shot_png_search search, const uint8_t *above, const uint8_t *row,
	size_t size, size_t pixel, uint8_t *out, uint8_t *spare);

/* As shot_png_filter_row, for a row equal to the one above, with any search. */
void shot_png_filter_repeated(size_t size, uint8_t *out);

#endif
