/* The file of lines that were typed, shared by several prompts at a time. */
#ifndef SHOT_HOST_HISTORY_H
#define SHOT_HOST_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Append the line, without a newline in it, to the file, which is made (mode 0600) when it is not
 * there; its folder must be. Of links and folders where everybody may write, output/place.h has
 * the rules; what is not a regular file is EINVAL. Once it holds more than 2 * `most` lines, the
 * older ones go, so that `most` are left. What several processes append at a time is all there, and
 * a reader sees a whole file, before or after. Fails with the system's own code. */
bool shot_history_append(const char *path, const char *line, size_t most, struct shot_error *err);

#endif
