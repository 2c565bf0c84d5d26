/* Memory of capture that the compositor has attached: a slot's memfd, or a ring. */
#ifndef SHOT_WAYLAND_POOL_H
#define SHOT_WAYLAND_POOL_H

#include "capture/source.h"
#include "wayland/connection.h"

struct shot_wayland_memory;

/* The functions of the source, see capture/source.h. A pool has a size of 31 bits: of larger memory
 * the beginning is attached, which is what the source's reach says. */
void shot_wayland_pool_attach(struct shot_source *source, struct shot_attachment *attachment,
	enum shot_memory memory, int handle);
void shot_wayland_pool_detach(struct shot_source *source, struct shot_attachment *attachment);

/* The attached memory of an attachment. */
struct shot_wayland_memory *shot_wayland_pool_of(const struct shot_attachment *attachment);

/* Free all pools that are still attached, at the end of the connection. */
void shot_wayland_pools_free(struct shot_wayland *wayland);

#endif
