/* A mirror holds the last picture of an output. Captures that end when something was drawn update
 * it: one waits at the compositor while there are eyes. The mirror reports drawing to the eyes, and
 * captures read its picture at once, without a message to the compositor. */
#ifndef SHOT_WAYLAND_MIRROR_H
#define SHOT_WAYLAND_MIRROR_H

#include "wayland/output.h"
#include "wayland/upright.h"

/* Begin the mirrors of outputs that have none, or whose capture failed, if there are eyes. */
void shot_wayland_mirrors_start(struct shot_wayland *wayland);

/* End all mirrors, when there are no eyes any more. */
void shot_wayland_mirrors_stop(struct shot_wayland *wayland);

/* End the mirror of one output. */
void shot_wayland_mirror_stop(struct shot_wayland_output *output);

/* Whether the first picture of any mirror is awaited. */
bool shot_wayland_mirrors_are_awaited(const struct shot_wayland *wayland);

/* Whether all pictures are at least as new as the question that was asked when `armed` had that
 * value. Drawing while no capture waits is reported only with the next one, which waits at the
 * compositor in any case. So a second capture, of one pixel, follows it, and ends with the output's
 * next frame: if the first has reported nothing by then, nothing was drawn. The function begins
 * these captures if needed; call it again after events. */
bool shot_wayland_mirrors_catch_up(struct shot_wayland *wayland, uint64_t armed);

/* The picture of an output, valid until the next events are processed. False: there is none. */
bool shot_wayland_mirror_read(
	const struct shot_wayland_output *output, struct shot_wayland_pixels *pixels);

#endif
