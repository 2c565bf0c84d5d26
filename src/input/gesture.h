/* Acts of pointer and keyboard, made of an actor's steps. */
#ifndef SHOT_INPUT_GESTURE_H
#define SHOT_INPUT_GESTURE_H

#include <stdbool.h>

#include "base/error.h"
#include "input/act.h"
#include "input/actor.h"

/* Perform an act, and return when the server has processed it. `watched` is the socket that hangs
 * up (hangup.h) when the acts are no longer wanted; its pauses then end early. Fails as actor.h
 * says. */
bool shot_gesture(
	struct shot_actor *actor, const struct shot_act *act, int watched, struct shot_error *err);

#endif
