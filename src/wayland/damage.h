/* What is drawn, as wlr-screencopy tells it: a capture of each output that ends when something was
 * drawn there, begun again each time. There is one as long as somebody watches. */
#ifndef SHOT_WAYLAND_DAMAGE_H
#define SHOT_WAYLAND_DAMAGE_H

#include "capture/watch.h"
#include "wayland/output.h"

/* Begin those of outputs that have none, if somebody watches. */
void shot_wayland_damage_start(struct shot_wayland *wayland);

/* End that of an output. */
void shot_wayland_damage_stop(struct shot_wayland_output *output);

/* The functions of the source, see capture/source.h. */
struct shot_watch *shot_wayland_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err);
uintptr_t shot_wayland_watch_ask(struct shot_watch *watch);
enum shot_poll shot_wayland_watch_poll(struct shot_source *source, uintptr_t question,
	struct shot_region *region, struct shot_error *err);
void shot_wayland_watch_destroy(struct shot_watch *watch);

#endif
