/* The file with the secret that an X server shares with its clients. */
#ifndef SHOT_PROCESS_XAUTHORITY_H
#define SHOT_PROCESS_XAUTHORITY_H

#include <stdbool.h>

#include "base/error.h"

/* Write a new file (mode 0600) with one fresh MIT-MAGIC-COOKIE-1 that is valid for every display,
 * in the format of Xau(3). On failure nothing is left behind. */
bool shot_xauthority_write(const char *path, struct shot_error *err);

#endif
