/* A private Xvfb for one run. A small supervisor process stands between: it notices when the host
 * is gone, however it ended (SIGKILL too), ends the server and removes the folder of the authority
 * file; and if the supervisor itself is killed, the kernel ends the server. */
#ifndef SHOT_PROCESS_HEADLESS_H
#define SHOT_PROCESS_HEADLESS_H

#include <stdbool.h>

#include "base/error.h"

/* Start Xvfb with one 24-bit screen of that size in pixels, wait until it takes clients, and set
 * DISPLAY and XAUTHORITY for this process and its children. Call it once, while there is one
 * thread. exit() waits until the server is gone. Fails with ENOSERVER when Xvfb is missing or does
 * not start (its last words in the message), with ETIMEDOUT, or with the system's own code. */
bool shot_headless_start(int width, int height, struct shot_error *err);

#endif
