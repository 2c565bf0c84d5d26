/* Memory that a display server has attached, under the source's name for it. */
#ifndef SHOT_CAPTURE_ATTACHMENT_H
#define SHOT_CAPTURE_ATTACHMENT_H

#include <stddef.h>
#include <stdint.h>

struct shot_attachment {
	uint8_t *data; /* the start of luashot's mapping of the memory */
	size_t size;   /* bytes to attach */

	uintptr_t id; /* the source's own; 0: not attached, the source copies pixels here */
	uintptr_t unconfirmed; /* the source's own: an attach whose outcome is not known yet */

	size_t populated; /* bytes from the start whose pages exist */
};

/* The first `end` bytes have been requested, so that the server, which is another process, now
 * makes each page when it writes to it for the first time. Make those that do not exist meanwhile,
 * and map them here: the server then waits for the kernel half as long. Blocks for about as long as
 * the server's part; a hint, which cannot fail. */
void shot_attachment_populate(struct shot_attachment *attachment, size_t end);

#endif
