/* Tries a call that may never return in a separate process, which can be ended. A thread could not.
 * */
#ifndef SHOT_PROCESS_ATTEMPT_H
#define SHOT_PROCESS_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Call `attempt(argument, err)` in a copy of this process, which must have one thread, until
 * `deadline`. True when it returned true. False with its reason, which has the copy's text and one
 * of this program's codes; or with ETIMEDOUT and the text `late`, and then the copy is gone. The
 * copy's changes to memory and descriptors are lost. */
bool shot_attempt_run(bool (*attempt)(void *argument, struct shot_error *err), void *argument,
	int64_t deadline, const char *late, struct shot_error *err);

#endif
