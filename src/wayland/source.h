/* Compositors of Wayland as a source of captures: those that speak wlr-screencopy or
 * ext-image-copy-capture. */
#ifndef SHOT_WAYLAND_SOURCE_H
#define SHOT_WAYLAND_SOURCE_H

#include "capture/source.h"

extern const struct shot_source_kind shot_wayland_source;

#endif
