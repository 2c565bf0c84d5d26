/* The X server as a source of captures. */
#ifndef SHOT_X11_SOURCE_H
#define SHOT_X11_SOURCE_H

#include "capture/source.h"

extern const struct shot_source_kind shot_x11_source;

#endif
