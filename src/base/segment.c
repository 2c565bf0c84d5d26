#include "base/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/guard.h"

static bool map(struct shot_segment *segment, int fd, size_t size, struct shot_error *err)
{
	void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED) {
		return shot_fail_errno(err, errno, "cannot map %zu bytes of shared memory", size);
	}
	*segment = (struct shot_segment){.data = data, .size = size};
	return true;
}

int shot_segment_check_limit(size_t size)
{
	struct rlimit limit;
	bool fits = getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ||
		    size <= limit.rlim_cur;
	return fits ? 0 : EFBIG;
}

bool shot_segment_create_private(struct shot_segment *segment, size_t size, struct shot_error *err)
{
	void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (data == MAP_FAILED) {
		return shot_fail_errno(err, errno, "cannot map %zu bytes of memory", size);
	}
	*segment = (struct shot_segment){.data = data, .size = size};
	return true;
}

bool shot_segment_create(struct shot_segment *segment, size_t size, int *fd, struct shot_error *err)
{
	int memfd = memfd_create("luashot", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memfd < 0) {
		return shot_fail_errno(err, errno, "cannot create a shared-memory file");
	}
	bool ok;
	errno = shot_segment_check_limit(size);
	if (errno || ftruncate(memfd, (off_t)size) < 0 ||
		fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
		ok = shot_fail_errno(
			err, errno, "cannot size a shared-memory file to %zu bytes", size);
	} else {
		ok = map(segment, memfd, size, err);
	}
	if (ok) {
		*fd = memfd;
	} else {
		close(memfd);
	}
	return ok;
}

bool shot_segment_map(struct shot_segment *segment, int fd, size_t size, struct shot_error *err)
{
	if (!map(segment, fd, size, err)) {
		return false;
	}
	segment->guard = shot_guard_add(segment->data, size, err);
	if (!segment->guard) {
		shot_segment_finish(segment);
		return false;
	}
	return true;
}

bool shot_segment_is_corrupt(const struct shot_segment *segment)
{
	return segment->guard && shot_guard_is_corrupt(segment->guard);
}

void shot_segment_finish(struct shot_segment *segment)
{
	if (segment->guard) {
		shot_guard_remove(segment->guard);
	}
	if (segment->data) {
		munmap(segment->data, segment->size);
	}
	*segment = (struct shot_segment){0};
}
