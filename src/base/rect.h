/* Rectangles in pixels, top-left origin. */
#ifndef SHOT_BASE_RECT_H
#define SHOT_BASE_RECT_H

#include <stdbool.h>
#include <stdint.h>

struct shot_rect {
	int32_t x, y;
	int32_t width, height; /* empty when either is zero or less */
};

/* Whether it has no pixel; whether both have the same four numbers. */
bool shot_rect_is_empty(struct shot_rect rect);
bool shot_rect_equal(struct shot_rect a, struct shot_rect b);

/* Whether `inner` lies wholly inside `outer`; sums are taken in 64 bits. */
bool shot_rect_contains(struct shot_rect outer, struct shot_rect inner);

/* The part that both share; all zero when there is none. */
struct shot_rect shot_rect_intersect(struct shot_rect a, struct shot_rect b);

/* Make the smallest rectangle that holds both; neither may be empty. */
struct shot_rect shot_rect_unite(struct shot_rect a, struct shot_rect b);

/* A rectangle that may be placed by the right or the bottom edge of a plane, as X geometries are.
 */
struct shot_geometry {
	struct shot_rect rect; /* x or y count from the far edge if the flag says so */
	bool from_right, from_bottom;
};

/* Read an X geometry, "640x480+10+20" or "640x480" (then at 0,0). A plus counts from the left or
 * the top, a minus from the right or the bottom edge: "640x480-0-0" is the corner there,
 * "640x480-10+0" ends 10 pixels before the right edge. A second sign is the sign of the number:
 * "640x480+-10+0" begins at x = -10. Returns false when the whole of `text` is not a geometry or a
 * number does not fit. Sizes may be zero: the caller refuses them with a better message. */
bool shot_geometry_parse(const char *text, struct shot_geometry *out);

/* The rectangle on the plane, relative to the plane's top-left corner. Numbers that do not fit 32
 * bits become the nearest that do. */
struct shot_rect shot_geometry_place(struct shot_geometry geometry, struct shot_rect plane);

/* Read a geometry that needs no plane. Returns false as well if x or y counts from the far edge. */
bool shot_rect_parse(const char *text, struct shot_rect *out);

#endif
