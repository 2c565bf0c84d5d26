/* Whether the other side of a socket is still there. */
#ifndef SHOT_INPUT_HANGUP_H
#define SHOT_INPUT_HANGUP_H

#include <stdbool.h>

/* Wait for `seconds`, or until the other side has closed; whether it has. What waits to be read
 * does not count. */
bool shot_hung_up(int socket, double seconds);

#endif
