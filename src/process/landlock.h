/* Landlock: the kernel's own limits to which files a process can open, whoever it runs as. */
#ifndef SHOT_PROCESS_LANDLOCK_H
#define SHOT_PROCESS_LANDLOCK_H

#include <stdbool.h>

#include "base/error.h"

/* The version of its interface that the kernel has, 1 or more. ENOTSUP when there is none, with the
 * likely reason. */
int shot_landlock_version(struct shot_error *err);

/* From now on this thread, and those that it starts, can open, make, rename and remove regular
 * files and folders below `folder` (a descriptor), and nothing else anywhere; what is open already
 * stays usable. As far as the kernel's version goes, it is also kept from TCP, and from abstract
 * sockets and signals of processes outside. Needs no_new_privs. */
bool shot_landlock_enter(int folder, struct shot_error *err);

#endif
