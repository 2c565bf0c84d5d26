/* Mappings that a peer can truncate. Touching a page beyond the new end raises SIGBUS; the guard's
 * one chained handler puts a zero page there, marks the mapping corrupt and lets the thread go on.
 * A SIGBUS at any other address goes to the previous handler. */
#ifndef SHOT_BASE_GUARD_H
#define SHOT_BASE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct shot_guard;

/* Guard `size` bytes from `start` (a page boundary). Any thread. Fails with ENOMEM when more
 * mappings are guarded than the fixed table holds (1024: a signal handler can take no lock). */
struct shot_guard *shot_guard_add(void *start, size_t size, struct shot_error *err);

/* Whether a page of it has been lost. */
bool shot_guard_is_corrupt(const struct shot_guard *guard);

/* Stop guarding. Call this before the mapping is removed. */
void shot_guard_remove(struct shot_guard *guard);

#endif
