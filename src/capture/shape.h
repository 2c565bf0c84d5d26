/* Shaped windows: pixels outside their shape are not theirs. */
#ifndef SHOT_CAPTURE_SHAPE_H
#define SHOT_CAPTURE_SHAPE_H

#include "capture/frame.h"
#include "capture/region.h"

/* Blacken the parts of `frame` outside all rectangles of the shape, on the root's plane. A shape
 * without rectangles means an unshaped window. No other code may hold the frame yet. */
void shot_shape_apply(const struct shot_region *shape, const struct shot_frame *frame);

#endif
