/* Palettes of 256 colors at most, for GIF: one for each scene, so that unchanged pixels keep their
 * numbers from one picture to the next. */
#ifndef SHOT_VIDEO_PALETTE_H
#define SHOT_VIDEO_PALETTE_H

#include "image/view.h"

enum { SHOT_PALETTE_COLORS = 255, SHOT_PALETTE_CACHE = 1 << 15 };

struct shot_palette {
	uint32_t colors[256];		     /* 0xffrrggbb; the last entry is not a color */
	int count;			     /* of those in use */
	int16_t cache[SHOT_PALETTE_CACHE];   /* the nearest, by 5 bits of each; -1: not known yet */
	uint32_t cached[SHOT_PALETTE_CACHE]; /* the color that it is nearest to */
};

/* Tells whether the palette has colors near those of a part of a bgrx view; if not, a new scene
 * begins. An empty palette has none. */
bool shot_palette_fits(
	struct shot_palette *palette, const struct shot_view *view, struct shot_rect rect);

/* Choose the colors of a whole bgrx view: all of them if there are few enough, else the means of
 * the most populated parts of the color space (median cut). ENOMEM. */
bool shot_palette_choose(
	struct shot_palette *palette, const struct shot_view *view, struct shot_error *err);

/* Write the numbers of the colors of a part to `out`, whose first byte is the view's first pixel's
 * and whose rows are `stride` bytes apart. Returns whether any byte of it changed. */
bool shot_palette_map(struct shot_palette *palette, const struct shot_view *view,
	struct shot_rect rect, uint8_t *out, size_t stride);

#endif
