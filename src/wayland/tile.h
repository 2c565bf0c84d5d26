/* A rectangle of the root on its way into attached memory: one capture for each output that it lies
 * on, all under way together; or a rectangle of a window. Where outputs are mirrored, it is there
 * at once. */
#ifndef SHOT_WAYLAND_TILE_H
#define SHOT_WAYLAND_TILE_H

#include "capture/source.h"
#include "wayland/output.h"

/* The functions of the source, see capture/source.h. */
void shot_wayland_tile_send(
	struct shot_source *source, struct shot_tile *tile, const struct shot_attachment *into);
enum shot_poll shot_wayland_tile_poll(struct shot_source *source, struct shot_tile *tile,
	const struct shot_attachment *into, struct shot_error *err);
void shot_wayland_tile_cancel(struct shot_source *source, struct shot_tile *tile);

/* An output is no more: captures of it end as failed, when the compositor has heard of it. */
void shot_wayland_captures_leave(
	struct shot_wayland *wayland, const struct shot_wayland_output *output);

/* Free all that are under way: the connection ends. */
void shot_wayland_captures_free(struct shot_wayland *wayland);

#endif
