#include "image/antialiasing.h"

#include "image/pixel.h"

#define EQUALS 2   /* the most neighbors of the same brightness of a pixel of a smooth edge */
#define SIBLINGS 3 /* the least neighbors of the same color of a pixel of a plain area */

static int brightness(uint32_t pixel)
{
	return (int)(77 * (pixel >> 16 & 255) + 150 * (pixel >> 8 & 255) + 29 * (pixel & 255));
}

static uint32_t color(const struct shot_view *view, int32_t x, int32_t y)
{
	return shot_pixel(shot_view_row(view, y), x) & SHOT_COLOR_MASK;
}

/* The i-th of the eight neighbors; false when it lies outside. */
static bool neighbor(
	const struct shot_view *view, int i, int32_t x, int32_t y, int32_t *nx, int32_t *ny)
{
	static const int8_t right[] = {-1, 0, 1, -1, 1, -1, 0, 1};
	static const int8_t down[] = {-1, -1, -1, 0, 0, 1, 1, 1};
	*nx = x + right[i];
	*ny = y + down[i];
	return *nx >= 0 && *nx < view->width && *ny >= 0 && *ny < view->height;
}

/* Outside the picture the area continues. */
static bool is_plain(const struct shot_view *view, int32_t x, int32_t y)
{
	int siblings = 0;
	for (int i = 0; i < 8; i++) {
		int32_t nx, ny;
		siblings += !neighbor(view, i, x, y, &nx, &ny) ||
			    color(view, nx, ny) == color(view, x, y);
	}
	return siblings >= SIBLINGS;
}

bool shot_is_antialiased(
	const struct shot_view *view, const struct shot_view *other, int32_t x, int32_t y)
{
	struct extreme {
		int difference;
		int32_t x, y;
	} darkest = {0}, brightest = {0};
	int own = brightness(color(view, x, y)), equals = 0;
	for (int i = 0; i < 8; i++) {
		int32_t nx, ny;
		if (!neighbor(view, i, x, y, &nx, &ny)) {
			continue;
		}
		int difference = brightness(color(view, nx, ny)) - own;
		equals += difference == 0;
		if (difference < darkest.difference) {
			darkest = (struct extreme){difference, nx, ny};
		}
		if (difference > brightest.difference) {
			brightest = (struct extreme){difference, nx, ny};
		}
	}
	if (equals > EQUALS || darkest.difference == 0 || brightest.difference == 0) {
		return false;
	}
	return (is_plain(view, darkest.x, darkest.y) && is_plain(other, darkest.x, darkest.y)) ||
	       (is_plain(view, brightest.x, brightest.y) &&
		       is_plain(other, brightest.x, brightest.y));
}
