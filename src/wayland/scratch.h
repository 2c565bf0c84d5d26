/* Memory of the source's own that the compositor writes into, where pixels cannot land in their
 * place: they are of another format, turned, or of an output that is only a part of the tile. */
#ifndef SHOT_WAYLAND_SCRATCH_H
#define SHOT_WAYLAND_SCRATCH_H

#include "wayland/connection.h"

/* Take one with room for `size` bytes; it is given back by is_used = false. NULL: all are in use,
 * or there is no memory. */
struct shot_wayland_scratch *shot_wayland_scratch_take(
	struct shot_wayland *wayland, size_t size, struct shot_error *err);

/* Free those that are not in use. */
void shot_wayland_scratch_trim(struct shot_wayland *wayland);

#endif
