/* Windows that are no rectangles: what lies outside of their shape holds no pixels of theirs. */
#ifndef SHOT_CAPTURE_SHAPE_H
#define SHOT_CAPTURE_SHAPE_H

#include "capture/frame.h"
#include "capture/region.h"

/* Blacken what of `frame` lies outside of all rectangles of the shape, on the root's plane; a shape
 * of none is that of a window that has not got one. The frame must be nobody else's yet. */
void shot_shape_apply(const struct shot_region *shape, const struct shot_frame *frame);

#endif
