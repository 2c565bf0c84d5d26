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

/* A rectangle that may be placed by the right or the bottom edge of a plane, as X geometries are.
 */
struct shot_geometry {
	struct shot_rect rect; /* x or y count from the far edge where that is said */
	bool from_right, from_bottom;
};

/* Read an X geometry, "640x480+10+20" or "640x480" (then at 0,0). A plus counts from the left or
 * the top, a minus from the right or the bottom edge: "640x480-0-0" is the corner there,
 * "640x480-10+0" ends 10 pixels before the right edge. A second sign makes the number negative or
 * not: "640x480+-10+0" begins at x = -10. Returns false when `text` is not a geometry as a whole or
 * a number does not fit; sizes may be zero, for the caller to refuse with the numbers in hand. */
bool shot_geometry_parse(const char *text, struct shot_geometry *out);

/* Where it is on the plane, from that one's top-left; numbers that do not fit 32 bits
 * are the nearest that do. */
struct shot_rect shot_geometry_place(struct shot_geometry geometry, struct shot_rect plane);

/* Read a geometry that needs no plane: returns false where one counts from the far edge, too. */
bool shot_rect_parse(const char *text, struct shot_rect *out);

#endif
