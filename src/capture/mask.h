/* A mask: rectangles of the root that are black in every frame. */
#ifndef SHOT_CAPTURE_MASK_H
#define SHOT_CAPTURE_MASK_H

#include "base/rect.h"
#include "capture/frame.h"

#define SHOT_MASK_RECTS 64

struct shot_mask {
	unsigned count;
	struct shot_rect rects[SHOT_MASK_RECTS];
};

/* Blacken the masked parts of `frame`, which no other code may hold yet. */
void shot_mask_apply(const struct shot_mask *mask, const struct shot_frame *frame);

/* Whether its rectangles together hide all of `rect`, on the root. */
bool shot_mask_hides(const struct shot_mask *mask, struct shot_rect rect);

#endif
