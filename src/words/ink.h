/* Pictures of a screen as ink on paper: whatever colors text and background have, text is black on
 * white then, also where a light button lies in a dark window. */
#ifndef SHOT_WORDS_INK_H
#define SHOT_WORDS_INK_H

#include "image/view.h"

/* A new gray image of the size of `view`: 255 is background, and 0 the strongest contrast to it
 * nearby. The background is the median of the pixels around, or a little aside, where a window
 * ends; a picture with little contrast gets more, to a limit. ENOMEM. */
bool shot_ink(const struct shot_view *view, struct shot_view *out, struct shot_error *err);

#endif
