/* Finds the names that mistyped ones stand for. */
#ifndef SHOT_BASE_NEAREST_H
#define SHOT_BASE_NEAREST_H

/* The one of `names` (NULL-terminated) that `wrong` most likely stands for; NULL when none is near.
 * */
const char *shot_nearest(const char *wrong, const char *const names[]);

#endif
