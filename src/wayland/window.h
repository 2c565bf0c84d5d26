/* Windows as targets: their list, and the search for captured ones. A window has its own picture,
 * covered or not. No protocol reports its place on the screen, so it lies at 0,0. */
#ifndef SHOT_WAYLAND_WINDOW_H
#define SHOT_WAYLAND_WINDOW_H

#include "capture/source.h"

/* The functions of the source, see capture/source.h. */
struct shot_windows *shot_wayland_windows_begin(
	struct shot_source *source, bool wants_list, struct shot_error *err);
enum shot_poll shot_wayland_windows_poll(struct shot_windows *windows, struct shot_error *err);
void shot_wayland_windows_destroy(struct shot_windows *windows);

/* The same, for searches. */
struct shot_window_search *shot_wayland_search_create(struct shot_source *source,
	const struct shot_target *targets, unsigned count, struct shot_error *err);
void shot_wayland_search_destroy(struct shot_window_search *search);
void shot_wayland_search_begin(struct shot_window_search *search);
enum shot_poll shot_wayland_search_poll(struct shot_window_search *search, struct shot_error *err);
int64_t shot_wayland_search_wake(const struct shot_window_search *search);
const struct shot_window_place *shot_wayland_search_place(
	const struct shot_window_search *search, unsigned i);
void shot_wayland_search_ask_again(struct shot_window_search *search);
enum shot_poll shot_wayland_search_poll_again(
	struct shot_window_search *search, bool *same, struct shot_error *err);

#endif
