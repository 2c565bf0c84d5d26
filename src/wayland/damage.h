/* Questions about drawing: of watches, and of captures with damage = true. */
#ifndef SHOT_WAYLAND_DAMAGE_H
#define SHOT_WAYLAND_DAMAGE_H

#include "capture/watch.h"
#include "wayland/connection.h"

/* Free the eye of ask_changes and its questions, at the end of the connection. */
void shot_wayland_damage_free(struct shot_wayland *wayland);

/* The functions of the source, see capture/source.h. Answers cover everything that the outputs have
 * shown. Drawing that the compositor has not shown yet comes with the output's next frame. */
bool shot_wayland_damage_follow(struct shot_source *source, struct shot_error *err);
uintptr_t shot_wayland_damage_ask(struct shot_source *source, bool is_check);
enum shot_poll shot_wayland_damage_poll(struct shot_source *source, uintptr_t question,
	struct shot_region *region, struct shot_error *err);
void shot_wayland_damage_forget(struct shot_source *source, uintptr_t question);

/* The same, for watches. */
struct shot_watch *shot_wayland_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err);
uintptr_t shot_wayland_watch_ask(struct shot_watch *watch);
void shot_wayland_watch_destroy(struct shot_watch *watch);

#endif
