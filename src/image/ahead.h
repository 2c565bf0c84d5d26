/* The bands of a large picture (image/bands.h), most of them made by a thread while their reader
 * works on the ones before. */
#ifndef SHOT_IMAGE_AHEAD_H
#define SHOT_IMAGE_AHEAD_H

#include "image/view.h"

struct shot_ahead;

/* Start with the pixels of `view` as `format`; takes a reference to them. NULL where a thread does
 * not pay, because the picture is small or there is one processor, or cannot be had: shot_bands
 * does the work then. */
struct shot_ahead *shot_ahead_start(const struct shot_view *view, enum shot_format format);

/* The next band, and its size, valid until the next call. Not to be called after the last one. A
 * band that the thread is late with, because other programs have its processor, is made here. */
const uint8_t *shot_ahead_next(struct shot_ahead *ahead, size_t *size);

/* End the thread, even before the last band. NULL is allowed. */
void shot_ahead_stop(struct shot_ahead *ahead);

#endif
