/* Rectangles in pixels, top-left origin. */
#ifndef SHOT_BASE_RECT_H
#define SHOT_BASE_RECT_H

#include <stdbool.h>
#include <stdint.h>

struct shot_rect {
	int32_t x, y;
	int32_t width, height; /* empty when either is zero or less */
};

bool shot_rect_is_empty(struct shot_rect rect);
bool shot_rect_equal(struct shot_rect a, struct shot_rect b);

/* Whether `inner` lies wholly inside `outer`; sums are taken in 64 bits. */
bool shot_rect_contains(struct shot_rect outer, struct shot_rect inner);

/* What both share; all zero when nothing. */
struct shot_rect shot_rect_intersect(struct shot_rect a, struct shot_rect b);

/* Read an X geometry, "640x480+10+20" or "640x480" (then at 0,0). A minus before an offset makes it
 * negative ("640x480-10+0" starts at x = -10); it never counts from the right edge, because a
 * region has no edge to count from. Returns false when `text` is not a geometry as a whole or a
 * number does not fit; sizes may be zero, for the caller to refuse with the numbers in hand. */
bool shot_rect_parse(const char *text, struct shot_rect *out);

#endif
