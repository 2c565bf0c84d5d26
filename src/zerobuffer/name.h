/* A ring's name, and the names of its objects. */
#ifndef ZB_NAME_H
#define ZB_NAME_H

#include <stdbool.h>

#include "base/error.h"

/* The longest name: its data semaphore is the file "sem.sem-w-NAME", of at most 255 bytes. */
#define ZB_NAME_MAX 245
#define ZB_SHM_FOLDER "/dev/shm"

struct zb_name {
	char text[ZB_NAME_MAX + 1];
	char object[ZB_NAME_MAX + sizeof ZB_SHM_FOLDER "/"]; /* the path of its shared memory */
	/* The paths of its semaphores: one token for each frame written, one for each given back.
	 */
	char data[ZB_NAME_MAX + sizeof ZB_SHM_FOLDER "/sem.sem-w-"];
	char space[ZB_NAME_MAX + sizeof ZB_SHM_FOLDER "/sem.sem-r-"];
	char lock[ZB_NAME_MAX + sizeof ".lock"]; /* file name of the reader's lock */
};

/* Check `text` and derive the rest. EINVAL unless it has 1 to ZB_NAME_MAX bytes, no slash and no
 * control character, is not "." or ".." and does not begin with "sem.", where the semaphores live.
 * ENOTSUP on a big-endian machine: the protocol is little-endian. */
bool zb_name_init(struct zb_name *name, const char *text, struct shot_error *err);

#endif
