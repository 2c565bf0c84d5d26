#include "capture/mask.h"

#include "image/draw.h"

void shot_mask_apply(const struct shot_mask *mask, const struct shot_frame *frame)
{
	static const uint8_t black[3];
	struct shot_rect shown = {frame->x, frame->y, frame->view.width, frame->view.height};
	for (unsigned i = 0; i < mask->count; i++) {
		struct shot_rect rect = shot_rect_intersect(mask->rects[i], shown);
		if (!shot_rect_is_empty(rect)) {
			rect.x -= frame->x;
			rect.y -= frame->y;
			shot_view_fill(&frame->view, rect, black);
		}
	}
}

bool shot_mask_hides(const struct shot_mask *mask, struct shot_rect rect)
{
	for (unsigned i = 0; i < mask->count; i++) {
		if (shot_rect_contains(mask->rects[i], rect)) {
			return true;
		}
	}
	return false;
}
