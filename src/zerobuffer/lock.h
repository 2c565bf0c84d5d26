/* The reader's lock: an empty file locked by flock(2), so that the kernel releases it when the
 * holder dies. */
#ifndef ZB_LOCK_H
#define ZB_LOCK_H

#include <stdbool.h>

#include "base/error.h"
#include "zerobuffer/name.h"

#define ZB_LOCK_BASE "/tmp"
#define ZB_LOCK_FOLDER "zerobuffer" /* in it */

struct zb_lock {
	int folder; /* descriptor of its folder; -1 when nothing is held */
	int file;
	char name[sizeof(((struct zb_name *)0)->lock)];
};

#define ZB_LOCK_NONE ((struct zb_lock){-1, -1, ""})

/* Take the lock `name` in `folder`, a path in `base`. A missing folder is made with the mode of
 * /tmp, because the rings of all users lock there. Links below the base are not followed, because
 * everybody can make them in such a base. EEXIST when another process holds the lock; EACCES when
 * the file is another user's, or others can remove it: a folder that others may write needs the
 * sticky bit, one of another user, too. The function waits through another implementation's scan
 * for stale locks, which holds every lock for a moment. */
bool zb_lock_take(struct zb_lock *lock, const char *base, const char *folder, const char *name,
	struct shot_error *err);

/* Remove the file while the lock is held, unless it has contents, which a lock has not; and release
 * the lock. ZB_LOCK_NONE is allowed. */
void zb_lock_drop(struct zb_lock *lock);

/* Close the lock in a child of the process that took it. The parent keeps it. */
void zb_lock_leave(struct zb_lock *lock);

#endif
