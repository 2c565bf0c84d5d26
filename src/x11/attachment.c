#include "x11/attachment.h"

#include <stdlib.h>
#include <xcb/shm.h>
#include <xcb/xcbext.h>

#include "x11/display.h"
#include "x11/fail.h"

void shot_attachment_send(struct shot_source *source, struct shot_attachment *attachment,
	enum shot_memory memory, int handle)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	xcb_shm_seg_t seg = xcb_generate_id(xcb);
	attachment->id = seg;
	attachment->unconfirmed =
		memory == SHOT_MEMORY_FD
			? xcb_shm_attach_fd_checked(xcb, seg, handle, 0).sequence
			: xcb_shm_attach_checked(xcb, seg, (uint32_t)handle, 0).sequence;
	if (memory == SHOT_MEMORY_FD) {
		/* libxcb closes it once it has tried to send it, and forgets it when the
		 * connection is closed or lost before. */
		xcb_flush(xcb);
	}
}

bool shot_attachment_confirm(
	struct shot_source *source, struct shot_attachment *attachment, struct shot_error *err)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	if (!attachment->unconfirmed) {
		return true;
	}
	void *nothing = NULL;
	xcb_generic_error_t *error = NULL;
	xcb_poll_for_reply(xcb, (unsigned)attachment->unconfirmed, &nothing, &error);
	attachment->unconfirmed = 0;
	if (!error) {
		return true;
	}
	attachment->id = 0;
	shot_fail_x(err, error, "cannot attach shared memory");
	free(error);
	return false;
}

void shot_attachment_detach(struct shot_source *source, struct shot_attachment *attachment)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	if (attachment->unconfirmed) {
		xcb_discard_reply(xcb, (unsigned)attachment->unconfirmed);
		attachment->unconfirmed = 0;
	}
	if (attachment->id) {
		xcb_shm_detach(xcb, (xcb_shm_seg_t)attachment->id);
		attachment->id = 0;
	}
}
