/* Bytes into a file that stays the file that it is. */
#ifndef SHOT_OUTPUT_OVERWRITE_H
#define SHOT_OUTPUT_OVERWRITE_H

#include <stddef.h>

#include "output/place.h"

/* Make `size` bytes all that the regular file at `place` holds; an errno, or 0. Room for all of it
 * is taken first, so that a full disk or a limit leaves it as it was. `mode` is 0 to 0777, or
 * negative for none. With `is_synced` the bytes have reached the disk. EAGAIN: it is another file
 * since the place was found. */
int shot_overwrite(
	const struct shot_place *place, const void *data, size_t size, int mode, bool is_synced);

#endif
