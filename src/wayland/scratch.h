/* Memory of the source that the compositor writes into when pixels cannot land in their place: they
 * have another format, are turned, or belong to an output that covers only a part of the tile. */
#ifndef SHOT_WAYLAND_SCRATCH_H
#define SHOT_WAYLAND_SCRATCH_H

#include "wayland/connection.h"

/* Take a buffer with room for `size` bytes, for a tile or a mirror; is_used = false gives it back.
 * NULL: EBUSY (all of tiles are in use), or no memory or descriptor is left. */
struct shot_wayland_scratch *shot_wayland_scratch_take(
	struct shot_wayland *wayland, bool is_tile, uint64_t size, struct shot_error *err);

/* Free those that are not in use. */
void shot_wayland_scratch_trim(struct shot_wayland *wayland);

#endif
