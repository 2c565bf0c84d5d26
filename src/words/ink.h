/* Turns pictures of a screen into ink on paper: text becomes black on white, whatever colors it and
 * its background have, even on a light button in a dark window. */
#ifndef SHOT_WORDS_INK_H
#define SHOT_WORDS_INK_H

#include "image/view.h"

/* Make a gray image of the size of `view`: 255 is background, and 0 the strongest contrast to it
 * nearby. The background of a pixel is the median around it, or a little aside where a window ends.
 * The function stretches low contrast, up to a limit. ENOMEM. */
bool shot_ink(const struct shot_view *view, struct shot_view *out, struct shot_error *err);

#endif
