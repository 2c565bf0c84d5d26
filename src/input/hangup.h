/* Detects that the other side of a socket has closed it. */
#ifndef SHOT_INPUT_HANGUP_H
#define SHOT_INPUT_HANGUP_H

#include <stdbool.h>

/* Wait for `seconds`, or until the other side has closed; returns whether it has. Unread bytes do
 * not count. */
bool shot_hung_up(int socket, double seconds);

#endif
