/* The reader's lock: an empty file that is held by flock(2), so that the kernel lets go of it when
 * the holder dies. */
#ifndef ZB_LOCK_H
#define ZB_LOCK_H

#include <stdbool.h>

#include "base/error.h"
#include "zerobuffer/name.h"

#define ZB_LOCK_FOLDER "/tmp/zerobuffer"

struct zb_lock {
	int folder; /* descriptor of its folder; -1 when nothing is held */
	int file;
	char name[sizeof(((struct zb_name *)0)->lock)];
};

#define ZB_LOCK_NONE ((struct zb_lock){-1, -1, ""})

/* Take the lock called `name` in `folder` (an absolute path), which is made when it is missing, for
 * everybody as /tmp is, because the rings of all users lock there. Links are not followed. EEXIST
 * when somebody holds it; EACCES when the file is another user's; a scan for stale locks by another
 * implementation, which holds every lock for a moment, is waited out. */
bool zb_lock_take(
	struct zb_lock *lock, const char *folder, const char *name, struct shot_error *err);

/* Remove the file while it is still held, and let go. ZB_LOCK_NONE is allowed. */
void zb_lock_drop(struct zb_lock *lock);

/* Let go in a child of the process that took it, which keeps it. */
void zb_lock_leave(struct zb_lock *lock);

#endif
