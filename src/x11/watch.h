/* Watches a rectangle of the root (DAMAGE, in rectangles). A new damage object contains everything,
 * and only the inside is ever subtracted, so a place outside causes at most one event. */
#ifndef SHOT_X11_WATCH_H
#define SHOT_X11_WATCH_H

#include "capture/watch.h"

/* As in capture/source.h. */
struct shot_watch *shot_x11_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err);
uintptr_t shot_x11_watch_ask(struct shot_watch *watch);
void shot_x11_watch_destroy(struct shot_watch *watch);

#endif
