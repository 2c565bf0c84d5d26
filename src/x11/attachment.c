#include "x11/attachment.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xcb/shm.h>
#include <xcb/xcbext.h>

#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"

/* libxcb closes a descriptor after an attempt to send it, and leaks it when the connection is
 * already lost. By now the number may belong to another file. */
static void close_unsent(int fd, const struct stat *file)
{
	struct stat now;
	if (fstat(fd, &now) == 0 && now.st_dev == file->st_dev && now.st_ino == file->st_ino) {
		close(fd);
	}
}

void shot_attachment_send(struct shot_source *source, struct shot_attachment *attachment,
	enum shot_memory memory, int handle)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	xcb_shm_seg_t seg = shot_io_generate_id(xcb);
	bool is_by_fd = memory == SHOT_MEMORY_FD;
	struct stat memory_file = {0};
	if (is_by_fd) {
		fstat(handle, &memory_file);
	}
	attachment->id = seg;
	attachment->unconfirmed =
		is_by_fd ? xcb_shm_attach_fd_checked(xcb, seg, handle, 0).sequence
			 : xcb_shm_attach_checked(xcb, seg, (uint32_t)handle, 0).sequence;
	if (is_by_fd && !shot_io_flush(xcb)) {
		close_unsent(handle, &memory_file);
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
	shot_io_poll_reply(xcb, (unsigned)attachment->unconfirmed, &nothing, &error);
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
