/* Writes a file in place. */
#ifndef SHOT_OUTPUT_OVERWRITE_H
#define SHOT_OUTPUT_OVERWRITE_H

#include <stddef.h>

#include "output/place.h"

/* Replace the contents of the regular file at `place`; an errno, or 0. It reserves the room first,
 * so that a full disk or a limit leaves the file unchanged. `mode` is 0 to 0777, or negative for
 * none. With `is_synced` the bytes have reached the disk. EAGAIN: another file has the name since
 * the place was found. */
int shot_file_overwrite(
	const struct shot_place *place, const void *data, size_t size, int mode, bool is_synced);

#endif
