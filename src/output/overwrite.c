#include "output/overwrite.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "output/mode.h"
#include "output/quiet.h"
#include "output/stream.h"

/* Reserves the room that the bytes need beyond the file's size; an errno, or 0. */
static int grow(int fd, off_t before, off_t after)
{
	if (after <= before) {
		return 0;
	}
	int failed = ftruncate(fd, after) != 0 ? errno : 0;
	if (!failed && fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, after) != 0 && errno != EOPNOTSUPP &&
		errno != ENOSYS && errno != EINTR) {
		failed = errno;
	}
	if (failed && ftruncate(fd, before) != 0) {
		return errno;
	}
	return failed;
}

static int overwrite(int fd, const struct shot_place *place, const void *data, size_t size,
	int mode, bool is_synced)
{
	struct stat info;
	if (fstat(fd, &info) != 0) {
		return errno;
	}
	if (!S_ISREG(info.st_mode) || info.st_uid != place->info.st_uid) {
		return EAGAIN;
	}
	int failed = mode >= 0 ? shot_mode_set(fd, (mode_t)mode) : 0;
	if (!failed) {
		failed = grow(fd, info.st_size, (off_t)size);
	}
	if (!failed) {
		failed = shot_write_file(fd, data, size, false);
	}
	if (!failed && info.st_size > (off_t)size && ftruncate(fd, (off_t)size) != 0) {
		failed = errno;
	}
	if (!failed && is_synced && fsync(fd) != 0) {
		failed = errno;
	}
	return failed;
}

int shot_file_overwrite(
	const struct shot_place *place, const void *data, size_t size, int mode, bool is_synced)
{
	int fd = openat(place->folder, place->name,
		O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (place->is_magic ? 0 : O_NOFOLLOW));
	if (fd < 0) {
		return errno;
	}
	struct shot_quiet quiet;
	shot_quiet_begin(&quiet); /* growing can exceed a limit, too */
	int failed = overwrite(fd, place, data, size, mode, is_synced);
	shot_quiet_end(&quiet);
	if (close(fd) < 0 && !failed) {
		failed = errno;
	}
	return failed;
}
