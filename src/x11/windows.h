/* Lists the windows of programs on a display: the window manager's list (EWMH), else a search of
 * the tree of windows. It asks about all windows at once: a hundred windows take hardly longer than
 * one. */
#ifndef SHOT_X11_WINDOWS_H
#define SHOT_X11_WINDOWS_H

#include "capture/source.h"

/* As in capture/source.h. */
struct shot_windows *shot_windows_begin(
	struct shot_source *source, bool wants_list, struct shot_error *err);
enum shot_poll shot_windows_poll(struct shot_windows *windows, struct shot_error *err);
void shot_windows_destroy(struct shot_windows *windows);

#endif
