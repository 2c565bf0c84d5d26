/* Pointer and keyboard of an X server, by XTEST. */
#ifndef SHOT_X11_ACTOR_H
#define SHOT_X11_ACTOR_H

#include "input/actor.h"

extern const struct shot_actor_kind shot_x11_actor;

#endif
