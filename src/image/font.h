/* The glyphs of the built-in font; for text.c alone. */
#ifndef SHOT_IMAGE_FONT_H
#define SHOT_IMAGE_FONT_H

#include "image/text.h"

/* From the space (32) to 255, a byte a row, the leftmost pixel in the highest bit; 127 to 159 are
 * empty. */
extern const uint8_t shot_font[256 - 32][SHOT_GLYPH_HEIGHT];

#endif
