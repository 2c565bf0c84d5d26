/* A private display server for one run: Xvfb, or a Wayland compositor without a screen. A
 * small supervisor process runs the server. When the host ends, even by SIGKILL, the supervisor
 * ends the server and removes the folder of the authority file. If the supervisor itself is killed,
 * the kernel ends the server. */
#ifndef SHOT_PROCESS_HEADLESS_H
#define SHOT_PROCESS_HEADLESS_H

#include <stdbool.h>

#include "base/error.h"

enum shot_headless {
	SHOT_HEADLESS_NONE,
	SHOT_HEADLESS_X11,     /* Xvfb; sets DISPLAY and XAUTHORITY, and unsets WAYLAND_DISPLAY */
	SHOT_HEADLESS_WAYLAND, /* a compositor; sets WAYLAND_DISPLAY, and DISPLAY if it has Xwayland
				*/
};

/* Start a server with one screen of that size in pixels, wait until it accepts clients, and set the
 * environment of this process and its children. Call it once, while there is one thread. exit()
 * waits until the server is gone. Fails with ENOSERVER when the program is missing or does not
 * start (its last words in the message), with ETIMEDOUT, or with the system's own code. */
bool shot_headless_start(enum shot_headless kind, int width, int height, struct shot_error *err);

#endif
