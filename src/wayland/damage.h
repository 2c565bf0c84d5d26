/* Reports drawing through wlr-screencopy: each output has a capture that ends when something was
 * drawn there, and begins again each time. The captures run while a watch exists. */
#ifndef SHOT_WAYLAND_DAMAGE_H
#define SHOT_WAYLAND_DAMAGE_H

#include "capture/watch.h"
#include "wayland/output.h"

/* Begin the captures of outputs that have none, if a watch exists. */
void shot_wayland_damage_start(struct shot_wayland *wayland);

/* End the capture of an output. */
void shot_wayland_damage_stop(struct shot_wayland_output *output);

/* The functions of the source, see capture/source.h. */
struct shot_watch *shot_wayland_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err);
uintptr_t shot_wayland_watch_ask(struct shot_watch *watch);
enum shot_poll shot_wayland_watch_poll(struct shot_source *source, uintptr_t question,
	struct shot_region *region, struct shot_error *err);
void shot_wayland_watch_destroy(struct shot_watch *watch);

#endif
