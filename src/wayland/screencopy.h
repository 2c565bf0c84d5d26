/* Captures by zwlr_screencopy_manager_v1: of outputs, and of parts of them. */
#ifndef SHOT_WAYLAND_SCREENCOPY_H
#define SHOT_WAYLAND_SCREENCOPY_H

#include "wayland/frame.h"

/* Whether the compositor's version can wait until something is drawn. */
bool shot_wayland_screencopy_tells_changes(const struct shot_wayland *wayland);

extern const struct shot_wayland_protocol shot_wayland_screencopy;

#endif
