#include "capture/shape.h"

#include "image/draw.h"

static const uint8_t black[3];

/* Finds the first pixel of row `y` from `x` on that lies in the shape, at most `end`; `until` is
 * the end of its rectangle. */
static int32_t find_next(
	const struct shot_region *shape, int32_t x, int32_t y, int32_t end, int32_t *until)
{
	int32_t next = end;
	*until = end;
	for (unsigned i = 0; i < shape->count; i++) {
		struct shot_rect rect = shape->rects[i];
		int32_t from = rect.x > x ? rect.x : x;
		if (y >= rect.y && y < rect.y + rect.height && from < rect.x + rect.width &&
			from < next) {
			next = from;
			*until = rect.x + rect.width;
		}
	}
	return next;
}

/* Counts the rows from `y` on that are like that one: until a rectangle begins or ends. */
static int32_t count_rows(const struct shot_region *shape, int32_t y, int32_t end)
{
	int32_t next = end;
	for (unsigned i = 0; i < shape->count; i++) {
		int32_t first = shape->rects[i].y, last = first + shape->rects[i].height;
		next = first > y && first < next ? first : next;
		next = last > y && last < next ? last : next;
	}
	return next - y;
}

void shot_shape_apply(const struct shot_region *shape, const struct shot_frame *frame)
{
	int32_t right = frame->x + frame->view.width, bottom = frame->y + frame->view.height;
	int32_t rows;
	for (int32_t y = frame->y; shape->count > 0 && y < bottom; y += rows) {
		rows = count_rows(shape, y, bottom);
		for (int32_t x = frame->x, until; x < right; x = until) {
			int32_t next = find_next(shape, x, y, right, &until);
			struct shot_rect gap = {x - frame->x, y - frame->y, next - x, rows};
			if (!shot_rect_is_empty(gap)) {
				shot_view_fill(&frame->view, gap, black);
			}
		}
	}
}
