/* An output as it was last shown, kept up by captures that end when something was drawn: one waits
 * at the compositor as long as somebody wants to know. What was drawn is told to those who do, and
 * the picture is there at once, without a word to the compositor. */
#ifndef SHOT_WAYLAND_MIRROR_H
#define SHOT_WAYLAND_MIRROR_H

#include "wayland/output.h"
#include "wayland/upright.h"

/* Begin those of outputs that have none, or whose capture failed, if there are eyes. */
void shot_wayland_mirrors_start(struct shot_wayland *wayland);

/* End all of them: there are no eyes any more. */
void shot_wayland_mirrors_stop(struct shot_wayland *wayland);

/* End that of one output. */
void shot_wayland_mirror_stop(struct shot_wayland_output *output);

/* Whether one has no picture yet, and will have one. */
bool shot_wayland_mirrors_are_awaited(const struct shot_wayland *wayland);

/* Whether all pictures are as new as what was asked when `armed` was that number. What is drawn
 * while no capture waits is told with the next one only, and that waits at the compositor whether
 * there is something to tell or not. So another capture of one pixel follows it, which ends with
 * the output's next frame: what the first has not told by then there was not. Begins these where
 * they are needed, to be asked again when events have come. */
bool shot_wayland_mirrors_catch_up(struct shot_wayland *wayland, uint64_t armed);

/* The picture of an output, until events are next taken in. False: there is none. */
bool shot_wayland_mirror_read(
	const struct shot_wayland_output *output, struct shot_wayland_pixels *pixels);

#endif
