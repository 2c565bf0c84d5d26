/* The X server's reports of drawing (DAMAGE and XFIXES): on the root, and in watched rectangles. A
 * question moves the gathered damage to a region, and fetches that. */
#ifndef SHOT_X11_CHANGES_H
#define SHOT_X11_CHANGES_H

#include "capture/source.h"

/* As in capture/source.h. */
bool shot_changes_follow(struct shot_source *source, struct shot_error *err);
uintptr_t shot_changes_ask(struct shot_source *source, bool is_check);
enum shot_poll shot_changes_poll(struct shot_source *source, uintptr_t question,
	struct shot_region *region, struct shot_error *err);

#endif
