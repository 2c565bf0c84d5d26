/* Where two pictures of one size differ. */
#ifndef SHOT_IMAGE_DIFF_H
#define SHOT_IMAGE_DIFF_H

#include "image/view.h"

struct shot_diff_options {
	int tolerance; /* a pixel has changed when a channel differs by more; 0 to 255 */
	bool ignores_antialiasing;	/* nor has one that smooths an edge in `a` or `b` */
	const struct shot_rect *ignore; /* regions that do not count */
	size_t ignore_count;
	const struct shot_view *picture; /* bgrx, same size, or NULL: receives the frame in pale
					    gray, with the changes in red */
};

struct shot_diff {
	int64_t changed;      /* pixels */
	struct shot_rect box; /* of them all; empty when there are none */

	/* One for each group of changes, on the heap. Two changes with up to 31 pixels between
	 * them, across and down, belong to one group. */
	struct shot_rect *rects;
	size_t count;
};

/* Compare; the fourth byte of bgrx does not count. The lists are the caller's, to free. EGEOMETRY
 * when the sizes differ, ENOMEM. */
bool shot_view_diff(const struct shot_view *a, const struct shot_view *b,
	const struct shot_diff_options *options, struct shot_diff *out, struct shot_error *err);

/* Whether both have the same size and colors; ENOMEM. */
bool shot_view_same(
	const struct shot_view *a, const struct shot_view *b, bool *out, struct shot_error *err);

#endif
