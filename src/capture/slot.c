#include "capture/slot.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>

static void destroy(struct shot_owner *owner)
{
	struct shot_slot *slot = (struct shot_slot *)owner;
	if (slot->path == SHOT_PATH_SHM_SYSV && slot->attachment.data) {
		shmdt(slot->attachment.data);
	}
	shot_segment_finish(&slot->segment);
	free(slot);
}

static bool make_sysv(struct shot_slot *slot, xcb_connection_t *xcb, struct shot_error *err)
{
	int id = shmget(IPC_PRIVATE, slot->size, IPC_CREAT | 0600);
	if (id < 0) {
		return shot_fail_errno(
			err, errno, "cannot make a System V segment of %zu bytes", slot->size);
	}
	void *data = shmat(id, NULL, 0);
	int failed = errno;
	/* Linux lets others attach a removed segment by its id while we hold it, so that no crash
	 * can leave it behind. */
	shmctl(id, IPC_RMID, NULL);
	if (data == (void *)-1) {
		return shot_fail_errno(
			err, failed, "cannot map a System V segment of %zu bytes", slot->size);
	}
	slot->attachment.data = data;
	shot_attachment_send_sysv(&slot->attachment, xcb, id);
	return true;
}

static bool make_memory(struct shot_slot *slot, xcb_connection_t *xcb, struct shot_error *err)
{
	int fd = -1;
	bool by_fd = slot->path == SHOT_PATH_SHM_FD;
	if (!shot_segment_create(&slot->segment, slot->size, by_fd ? &fd : NULL, err)) {
		return false;
	}
	slot->attachment.data = slot->segment.data;
	if (by_fd) {
		shot_attachment_send_fd(&slot->attachment, xcb, fd);
	}
	return true;
}

struct shot_slot *shot_slot_create(
	xcb_connection_t *xcb, enum shot_path path, size_t size, struct shot_error *err)
{
	struct shot_slot *slot = calloc(1, sizeof *slot);
	if (!slot) {
		shot_fail_errno(err, ENOMEM, "cannot make a slot");
		return NULL;
	}
	shot_owner_init(&slot->owner, destroy);
	slot->size = size;
	slot->path = path;
	if (!(path == SHOT_PATH_SHM_SYSV ? make_sysv : make_memory)(slot, xcb, err)) {
		shot_owner_unref(&slot->owner);
		return NULL;
	}
	return slot;
}

const struct shot_slot *shot_slot_of(const struct shot_view *view)
{
	return view->owner->destroy == destroy ? (const struct shot_slot *)view->owner : NULL;
}
