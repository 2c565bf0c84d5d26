/* A function on a separate stack, which can be left in its middle and continued: for a library that
 * insists on waiting for its input itself, although the event loop must wait. */
#ifndef SHOT_HOST_FIBRE_H
#define SHOT_HOST_FIBRE_H

#include <stdbool.h>

#include "base/error.h"

struct shot_fibre;

/* Make a fibre, which does not run yet. NULL with ENOMEM. */
struct shot_fibre *shot_fibre_create(struct shot_error *err);

/* Run `run(context)` on it until that returns or leaves. Do not call it while the fibre has been
 * left. Code in it must not jump out (longjmp, and so Lua's errors). */
void shot_fibre_start(struct shot_fibre *fibre, void (*run)(void *context), void *context);

/* From inside: return to the caller of start or continue, until it is continued. */
void shot_fibre_leave(struct shot_fibre *fibre);

/* Continue where it was left. */
void shot_fibre_continue(struct shot_fibre *fibre);

/* Whether it has been left and can be continued. */
bool shot_fibre_is_left(const struct shot_fibre *fibre);

/* Free it, even after it has been left: the contents of its stack are lost. NULL is allowed. */
void shot_fibre_destroy(struct shot_fibre *fibre);

#endif
