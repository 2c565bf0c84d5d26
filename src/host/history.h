/* The file of typed lines, shared by several prompts at a time. */
#ifndef SHOT_HOST_HISTORY_H
#define SHOT_HOST_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Append the line, which contains no newline, to the file. A missing file is made (mode 0600); its
 * folder must exist. The rules of output/place.h apply to links and to folders where everybody may
 * write. EINVAL for anything but a regular file. When it has more than 2 * `most` lines, only the
 * last `most` are kept. Lines that several processes append at a time are all kept, and a reader
 * always sees a whole file. Fails with the system's own code. */
bool shot_history_append(const char *path, const char *line, size_t most, struct shot_error *err);

#endif
