#include "capture/attachment.h"

#include <stdlib.h>
#include <xcb/xcbext.h>

#include "x11/fail.h"

void shot_attachment_send_fd(struct shot_attachment *attachment, xcb_connection_t *xcb, int fd)
{
	attachment->seg = xcb_generate_id(xcb);
	attachment->unconfirmed = xcb_shm_attach_fd_checked(xcb, attachment->seg, fd, 0).sequence;
}

void shot_attachment_send_sysv(struct shot_attachment *attachment, xcb_connection_t *xcb, int id)
{
	attachment->seg = xcb_generate_id(xcb);
	attachment->unconfirmed =
		xcb_shm_attach_checked(xcb, attachment->seg, (uint32_t)id, 0).sequence;
}

bool shot_attachment_confirm(
	struct shot_attachment *attachment, xcb_connection_t *xcb, struct shot_error *err)
{
	if (!attachment->unconfirmed) {
		return true;
	}
	void *nothing = NULL;
	xcb_generic_error_t *error = NULL;
	xcb_poll_for_reply(xcb, attachment->unconfirmed, &nothing, &error);
	attachment->unconfirmed = 0;
	if (!error) {
		return true;
	}
	attachment->seg = 0;
	shot_fail_x(err, error, "cannot attach shared memory");
	free(error);
	return false;
}

void shot_attachment_detach(struct shot_attachment *attachment, xcb_connection_t *xcb)
{
	if (attachment->unconfirmed) {
		xcb_discard_reply(xcb, attachment->unconfirmed);
		attachment->unconfirmed = 0;
	}
	if (attachment->seg) {
		xcb_shm_detach(xcb, attachment->seg);
		attachment->seg = 0;
	}
}
