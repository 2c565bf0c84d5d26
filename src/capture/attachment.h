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
};

#endif
