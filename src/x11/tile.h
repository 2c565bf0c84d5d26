/* Tiles by GetImage: MIT-SHM's into attached memory, else the core protocol's through the socket.
 */
#ifndef SHOT_X11_TILE_H
#define SHOT_X11_TILE_H

#include "capture/source.h"

/* As in capture/source.h. */
void shot_tile_send(
	struct shot_source *source, struct shot_tile *tile, const struct shot_attachment *into);
enum shot_poll shot_tile_poll(struct shot_source *source, struct shot_tile *tile,
	const struct shot_attachment *into, struct shot_error *err);

#endif
