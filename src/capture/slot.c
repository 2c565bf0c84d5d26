#include "capture/slot.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "capture/source.h"

static void destroy(struct shot_owner *owner)
{
	struct shot_slot *slot = SHOT_CONTAINER(owner, struct shot_slot, owner);
	if (slot->memory == SHOT_MEMORY_SYSV && slot->attachment.data) {
		shmdt(slot->attachment.data);
	}
	shot_segment_finish(&slot->segment);
	free(slot);
}

static bool make_sysv(struct shot_slot *slot, struct shot_source *source, struct shot_error *err)
{
	int id = shmget(IPC_PRIVATE, slot->attachment.size, IPC_CREAT | 0600);
	if (id < 0) {
		return shot_fail_errno(err, errno, "cannot make a System V segment of %zu bytes",
			slot->attachment.size);
	}
	void *data = shmat(id, NULL, 0);
	int failed = errno;
	/* Linux lets others attach a removed segment by its id while luashot holds it, so that no
	 * crash can leave it behind. */
	shmctl(id, IPC_RMID, NULL);
	if (data == (void *)-1) {
		return shot_fail_errno(err, failed, "cannot map a System V segment of %zu bytes",
			slot->attachment.size);
	}
	slot->attachment.data = data;
	source->kind->attach(source, &slot->attachment, slot->memory, id);
	return true;
}

static bool make_memory(struct shot_slot *slot, struct shot_source *source, struct shot_error *err)
{
	int fd = -1;
	bool by_fd = slot->memory == SHOT_MEMORY_FD;
	size_t size = slot->attachment.size;
	bool is_made = by_fd ? shot_segment_create(&slot->segment, size, &fd, err)
			     : shot_segment_create_private(&slot->segment, size, err);
	slot->attachment.data = slot->segment.data;
	if (is_made && by_fd) {
		source->kind->attach(source, &slot->attachment, slot->memory, fd);
	}
	return is_made;
}

struct shot_slot *shot_slot_create(
	struct shot_source *source, enum shot_memory memory, size_t size, struct shot_error *err)
{
	struct shot_slot *slot = calloc(1, sizeof *slot);
	if (!slot) {
		shot_fail_errno(err, ENOMEM, "cannot make a slot");
		return NULL;
	}
	shot_owner_init(&slot->owner, destroy);
	slot->attachment.size = size;
	slot->memory = memory;
	if (!(memory == SHOT_MEMORY_SYSV ? make_sysv : make_memory)(slot, source, err)) {
		shot_owner_unref(&slot->owner);
		return NULL;
	}
	return slot;
}

const struct shot_slot *shot_slot_of(const struct shot_view *view)
{
	return view->owner->destroy == destroy
		       ? SHOT_CONTAINER(view->owner, struct shot_slot, owner)
		       : NULL;
}
