/* Tries whether a path works: it poisons a slot, lets the server write one pixel of the root into
 * it, and compares this with the same pixel through the socket. */
#ifndef SHOT_X11_PROBE_H
#define SHOT_X11_PROBE_H

#include "capture/source.h"

/* As in capture/source.h. */
bool shot_path_probe(
	struct shot_source *source, const struct shot_path *path, struct shot_error *err);

#endif
