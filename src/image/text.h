/* Text on pictures, in a built-in font of 8x13 pixels: "8x13" of the X Window System's misc-fixed
 * fonts, which are in the public domain. It has ASCII and Latin-1. */
#ifndef SHOT_IMAGE_TEXT_H
#define SHOT_IMAGE_TEXT_H

#include "image/view.h"

#define SHOT_GLYPH_WIDTH 8
#define SHOT_GLYPH_HEIGHT 13

/* The size of `text` (UTF-8; lines end in \n), each pixel of a glyph `scale` (1 to 100) pixels a
 * side. */
struct shot_rect shot_text_size(const char *text, int32_t scale);

/* Draw the text with its top-left corner at x, y. A question mark stands for each character that
 * the font lacks, and for each byte that is not UTF-8. */
void shot_view_text(const struct shot_view *view, int32_t x, int32_t y, const char *text,
	int32_t scale, const uint8_t rgb[3]);

#endif
