/* The compositors that can be a private Wayland server without a screen: sway, labwc or cage. */
#ifndef SHOT_PROCESS_COMPOSITOR_H
#define SHOT_PROCESS_COMPOSITOR_H

#include "base/error.h"

enum {				      /* descriptors of the compositor */
	SHOT_COMPOSITOR_REPORT = 3,   /* to write into */
	SHOT_COMPOSITOR_LIFELINE = 4, /* to read from; at its end the compositor ends */
};

/* The name of the first one that is installed and runs for this user; static. NULL: ENOSERVER, with
 * the names of those to install. */
const char *shot_compositor_find(struct shot_error *err);

/* Become that one, with one output of that size; its files and sockets lie in `folder`, an absolute
 * path. Once it accepts clients, it reports a line: "W" and the names of its Wayland display and
 * its X display, or "S" if its output cannot have that size. Returns, with errno, only on failure.
 */
void shot_compositor_become(const char *name, const char *folder, int width, int height);

#endif
