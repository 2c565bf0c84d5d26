/* Captures a rectangle of the root into attached memory: one capture for each output that it lies
 * on, all at the same time; or a rectangle of a window. If outputs are mirrored, the pixels are
 * there at once. */
#ifndef SHOT_WAYLAND_TILE_H
#define SHOT_WAYLAND_TILE_H

#include "capture/source.h"
#include "wayland/output.h"

/* The functions of the source, see capture/source.h. */
void shot_wayland_tile_send(
	struct shot_source *source, struct shot_tile *tile, const struct shot_attachment *into);
enum shot_poll shot_wayland_tile_poll(struct shot_source *source, struct shot_tile *tile,
	const struct shot_attachment *into, struct shot_error *err);
bool shot_wayland_tiles_have_unsent(const struct shot_source *source);
void shot_wayland_tile_cancel(struct shot_source *source, struct shot_tile *tile);

/* Handle a removed output: its captures fail once the compositor has processed their end. */
void shot_wayland_captures_leave(
	struct shot_wayland *wayland, const struct shot_wayland_output *output);

/* Free all captures in progress, at the end of the connection. */
void shot_wayland_captures_free(struct shot_wayland *wayland);

#endif
