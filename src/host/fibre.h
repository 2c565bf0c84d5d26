/* A function on a stack of its own, which can be left in its middle and continued: for a library
 * that insists on waiting for its input itself, where the event loop is to wait. */
#ifndef SHOT_HOST_FIBRE_H
#define SHOT_HOST_FIBRE_H

#include <stdbool.h>

#include "base/error.h"

struct shot_fibre;

/* Make one, which does not run yet. NULL with ENOMEM. */
struct shot_fibre *shot_fibre_create(struct shot_error *err);

/* Run `run(context)` on it until that returns or leaves. Not while it has been left, and nothing in
 * it may jump out (longjmp, and so Lua's errors). */
void shot_fibre_start(struct shot_fibre *fibre, void (*run)(void *context), void *context);

/* From inside: go back to whoever started or continued it, until it is continued. */
void shot_fibre_leave(struct shot_fibre *fibre);

/* Continue where it was left. */
void shot_fibre_continue(struct shot_fibre *fibre);

/* Whether it has been left and can be continued. */
bool shot_fibre_is_left(const struct shot_fibre *fibre);

/* Also one that has been left: what is on its stack is forgotten. NULL is allowed. */
void shot_fibre_destroy(struct shot_fibre *fibre);

#endif
