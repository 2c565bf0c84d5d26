#include "wayland/rects.h"

/* The box around both. */
static struct shot_rect join(struct shot_rect a, struct shot_rect b)
{
	int32_t left = a.x < b.x ? a.x : b.x, top = a.y < b.y ? a.y : b.y;
	int32_t right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
	int32_t bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
	return (struct shot_rect){left, top, right - left, bottom - top};
}

void shot_wayland_rects_add(struct shot_wayland_rects *rects, struct shot_rect rect)
{
	if (shot_rect_is_empty(rect)) {
		return;
	}
	for (unsigned i = 0; i < rects->count; i++) {
		if (shot_rect_contains(rects->list[i], rect)) {
			return;
		}
	}
	if (rects->count == SHOT_WAYLAND_RECTS) {
		for (unsigned i = 0; i < rects->count; i++) {
			rect = join(rect, rects->list[i]);
		}
		rects->count = 0;
	}
	rects->list[rects->count++] = rect;
}
