/* Names that were mistyped, and the ones that were meant. */
#ifndef SHOT_BASE_NEAREST_H
#define SHOT_BASE_NEAREST_H

/* The one of `names` (NULL-terminated) that `wrong` was most likely meant to be; NULL when none is
 * near. */
const char *shot_nearest(const char *wrong, const char *const names[]);

#endif
