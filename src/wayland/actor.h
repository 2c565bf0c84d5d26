/* Pointer and keyboard of a compositor's seat, by wlr-virtual-pointer and virtual-keyboard. */
#ifndef SHOT_WAYLAND_ACTOR_H
#define SHOT_WAYLAND_ACTOR_H

#include "input/actor.h"

extern const struct shot_actor_kind shot_wayland_actor;

#endif
