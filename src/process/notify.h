/* Reports to a service manager: the protocol of sd_notify(3). */
#ifndef SHOT_PROCESS_NOTIFY_H
#define SHOT_PROCESS_NOTIFY_H

#include <stdbool.h>

#include "base/error.h"

/* Send `text` ("READY=1", lines of NAME=VALUE) as one datagram to the Unix socket `address`, the
 * value of $NOTIFY_SOCKET: a path, or @ and a name in the abstract namespace. Never blocks. */
bool shot_service_notify(const char *address, const char *text, struct shot_error *err);

#endif
