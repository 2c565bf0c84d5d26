#include "wayland/scratch.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/segment.h"

static void finish(struct shot_wayland_scratch *scratch)
{
	struct shot_segment segment = {.data = scratch->data, .size = scratch->size};
	shot_wayland_memory_finish(&scratch->memory);
	shot_segment_finish(&segment);
	*scratch = (struct shot_wayland_scratch){0};
}

static bool make(struct shot_wayland *wayland, struct shot_wayland_scratch *scratch, size_t size,
	struct shot_error *err)
{
	struct shot_segment segment;
	int fd;
	finish(scratch);
	if (!shot_segment_create(&segment, size, &fd, err)) {
		return false;
	}
	bool is_attached =
		shot_wayland_memory_attach(&scratch->memory, wayland->shm, fd, (int32_t)size);
	int number = errno;
	close(fd);
	scratch->data = segment.data;
	scratch->size = size;
	if (!is_attached) {
		finish(scratch);
		return shot_fail_errno(err, number, "cannot pass shared memory to the compositor");
	}
	return true;
}

struct shot_wayland_scratch *shot_wayland_scratch_take(
	struct shot_wayland *wayland, bool is_tile, uint64_t size, struct shot_error *err)
{
	struct shot_wayland_scratch *best = NULL;
	unsigned first = is_tile ? 0 : SHOT_WAYLAND_TILE_SCRATCHES;
	unsigned end = is_tile ? SHOT_WAYLAND_TILE_SCRATCHES : SHOT_WAYLAND_SCRATCHES;
	if (size > INT32_MAX) {
		shot_fail(err, "ENOMEM", "%" PRIu64 " bytes are too many for a wl_shm_pool", size);
		return NULL;
	}
	for (unsigned i = first; i < end; i++) {
		struct shot_wayland_scratch *it = &wayland->scratches[i];
		bool is_better = !best || (best->size < size && it->size > best->size);
		if (!it->is_used && is_better) {
			best = it;
		}
	}
	if (!best) {
		shot_fail(err, "EBUSY", "too many captures of outputs are in progress");
		return NULL;
	}
	if (best->size < size && !make(wayland, best, (size_t)size, err)) {
		return NULL;
	}
	best->is_used = true;
	return best;
}

void shot_wayland_scratch_trim(struct shot_wayland *wayland)
{
	for (unsigned i = 0; i < SHOT_WAYLAND_SCRATCHES; i++) {
		if (!wayland->scratches[i].is_used) {
			finish(&wayland->scratches[i]);
		}
	}
}
