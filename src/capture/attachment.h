/* Memory that the X server has attached, under the server's name for it. */
#ifndef SHOT_CAPTURE_ATTACHMENT_H
#define SHOT_CAPTURE_ATTACHMENT_H

#include <stdbool.h>
#include <stdint.h>

#include <xcb/shm.h>

#include "base/error.h"

struct shot_attachment {
	uint8_t *data;	   /* the start of the memory, as we have it mapped */
	xcb_shm_seg_t seg; /* 0: not attached, pixels come through the socket and are copied here */
	unsigned unconfirmed; /* sequence of an attach whose outcome is not known yet, else 0 */
};

/* Send the request that attaches a descriptor, which is closed, or a System V segment. Whether the
 * server could is known when the reply to a later request has been read: shot_attachment_confirm.
 */
void shot_attachment_send_fd(struct shot_attachment *attachment, xcb_connection_t *xcb, int fd);
void shot_attachment_send_sysv(struct shot_attachment *attachment, xcb_connection_t *xcb, int id);

/* False, with the server's reason, when the attach was refused. */
bool shot_attachment_confirm(
	struct shot_attachment *attachment, xcb_connection_t *xcb, struct shot_error *err);

/* Tell the server to let go. One that is not attached is allowed. */
void shot_attachment_detach(struct shot_attachment *attachment, xcb_connection_t *xcb);

#endif
