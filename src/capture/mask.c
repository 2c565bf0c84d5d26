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

/* Whether the rectangles from the `first` on hide all of `rect`: each leaves up to four rests. */
static bool hides(const struct shot_mask *mask, unsigned first, struct shot_rect rect)
{
	for (unsigned i = first; i < mask->count; i++) {
		const struct shot_rect common = shot_rect_intersect(mask->rects[i], rect);
		if (shot_rect_is_empty(common)) {
			continue;
		}
		const int32_t right = common.x + common.width, bottom = common.y + common.height;
		const struct shot_rect rests[] = {
			{rect.x, rect.y, rect.width, common.y - rect.y},
			{rect.x, bottom, rect.width, rect.y + rect.height - bottom},
			{rect.x, common.y, common.x - rect.x, common.height},
			{right, common.y, rect.x + rect.width - right, common.height},
		};
		for (size_t j = 0; j < sizeof rests / sizeof *rests; j++) {
			if (!shot_rect_is_empty(rests[j]) && !hides(mask, i + 1, rests[j])) {
				return false;
			}
		}
		return true;
	}
	return false;
}

bool shot_mask_hides(const struct shot_mask *mask, struct shot_rect rect)
{
	return hides(mask, 0, rect);
}
