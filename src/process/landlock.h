/* Landlock: the kernel limits the files that a process can open, whatever its user. */
#ifndef SHOT_PROCESS_LANDLOCK_H
#define SHOT_PROCESS_LANDLOCK_H

#include <stdbool.h>

#include "base/error.h"

/* The version of its interface that the kernel has, 1 or more. ENOTSUP when there is none, with the
 * likely reason. */
int shot_landlock_version(struct shot_error *err);

/* From now on this thread, and threads that it starts, can open, make, rename and remove regular
 * files and folders only below `folder` (a descriptor). Open descriptors stay usable. If the
 * kernel's version can, this also forbids TCP, abstract sockets and signals to processes outside.
 * Needs no_new_privs. */
bool shot_landlock_enter(int folder, struct shot_error *err);

#endif
