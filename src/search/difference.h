/* How much a pattern and a place of a picture differ: exact, for the places that no bound rejects.
 * The pixels are copied to three bytes each, of which the processor's first cache holds more. */
#ifndef SHOT_SEARCH_DIFFERENCE_H
#define SHOT_SEARCH_DIFFERENCE_H

#include "search/pattern.h"

struct shot_difference {
	struct shot_view picture; /* rgb */

	/* Of the pattern: each row after the other, three bytes a pixel. */
	size_t row_bytes;
	int32_t rows;
	uint8_t *wanted;
	uint8_t *low, *high; /* bytes between them count as equal; NULL when only `wanted` does */
};

/* Prepare for a bgrx view and a pattern, which may be freed afterwards. A channel that differs by
 * no more than `tolerance` counts as equal. ENOMEM. Call finish even after a failure. */
bool shot_difference_init(struct shot_difference *difference, const struct shot_view *view,
	const struct shot_pattern *pattern, int tolerance, struct shot_error *err);
void shot_difference_finish(struct shot_difference *difference);

/* The difference when the pattern's first pixel is at x, y, or, as soon as it exceeds `budget`, a
 * part of it that exceeds `budget`. `order` has the pattern's row numbers; a row that alone exceeds
 * the budget becomes the first. */
int64_t shot_difference_at(const struct shot_difference *difference, int32_t *order, int32_t x,
	int32_t y, int64_t budget);

/* The same for this place and the next three of the row, in `out`: less work than each alone, if
 * none is rejected early. */
void shot_difference_at_four(const struct shot_difference *difference, int32_t *order, int32_t x,
	int32_t y, int64_t budget, int64_t out[4]);

#endif
