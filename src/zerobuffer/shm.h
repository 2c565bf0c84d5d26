/* Files in /dev/shm: the memory of rings, and their semaphores. Everybody can write to that folder,
 * so a name there may lead to anything. These functions accept only regular files of this user. */
#ifndef ZB_SHM_H
#define ZB_SHM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"

/* Open the file `path` of this user's; `flags` are open's. Never waits and follows no link.
 * `*status` receives fstat's result. `label` names it in messages, as in "cannot open LABEL NAME".
 * EACCES when it is another user's, ECORRUPT when it is not a regular file, ENOENT, … Returns the
 * descriptor, close-on-exec and the caller's, or -1. */
int zb_shm_open(const char *path, int flags, struct stat *status, const char *label,
	const char *name, struct shot_error *err);

/* Make a file of `size` bytes without a name, which only this user may open. Its memory is
 * reserved, so that a full /dev/shm is ENOSPC here and not SIGBUS later; EFBIG when the process may
 * not make files that large. Returns the descriptor, or -1. */
int zb_shm_make(size_t size, const char *label, const char *name, struct shot_error *err);

/* Give such a file its name. EEXIST, … */
bool zb_shm_name(
	int fd, const char *path, const char *label, const char *name, struct shot_error *err);

#endif
