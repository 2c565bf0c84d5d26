/* Opens and closes a connection, and keeps the compositor's globals and the layout of its outputs.
 * */
#ifndef SHOT_WAYLAND_SESSION_H
#define SHOT_WAYLAND_SESSION_H

#include "wayland/connection.h"

/* Whether a compositor listens at `name` (NULL for the environment's). Does not block. */
bool shot_wayland_is_there(const char *name);

/* The functions of the source, see capture/source.h. */
struct shot_source *shot_wayland_open(
	const char *name, struct shot_breaker *breaker, struct shot_error *err);
void shot_wayland_close(struct shot_source *source);

/* Wait until the compositor has processed all requests, and its answers are read; blocks. ELOST. */
bool shot_wayland_settle(struct shot_wayland *wayland, struct shot_error *err);

/* The functions of the source about the layout. */
bool shot_wayland_is_current(const struct shot_source *source);
void shot_wayland_ask(struct shot_source *source);
enum shot_poll shot_wayland_refresh(struct shot_source *source, struct shot_error *err);

#endif
