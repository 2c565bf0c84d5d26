#include "zerobuffer/object.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zerobuffer/lock.h"
#include "zerobuffer/shm.h"

#define LABEL "the ring"

static struct zb_identity identity_of(const struct stat *status)
{
	return (struct zb_identity){status->st_dev, status->st_ino};
}

/* Map what `object->fd` refers to. */
static bool map(struct zb_object *object, struct shot_error *err)
{
	struct stat status;
	if (fstat(object->fd, &status) < 0) {
		return shot_fail_errno(err, errno, "cannot look at the ring %s", object->name.text);
	}
	object->identity = identity_of(&status);
	if (!shot_segment_map(&object->segment, object->fd, object->geometry.object_size, err)) {
		return false;
	}
	object->oieb = (struct zb_oieb *)object->segment.data;
	object->ring = object->segment.data + object->geometry.payload_offset;
	return true;
}

static void fill(struct zb_object *object)
{
	*object->oieb = (struct zb_oieb){
		.oieb_size = sizeof *object->oieb,
		.version = {ZB_VERSION_MAJOR, 0, 0, 0},
		.metadata_size = object->geometry.metadata_size,
		.metadata_free_bytes = object->geometry.metadata_size,
		.payload_size = object->geometry.payload_size,
		.payload_free_bytes = object->geometry.payload_size,
		.reader_pid = (uint64_t)getpid(),
	};
}

static void unlink_if(bool made, const char *path)
{
	if (made) {
		unlink(path);
	}
}

bool zb_object_create(struct zb_object *object, const struct zb_name *name,
	const struct zb_geometry *geometry, struct shot_error *err)
{
	*object = (struct zb_object){.name = *name, .geometry = *geometry};
	object->fd = zb_shm_make(geometry->object_size, LABEL, name->text, err);
	if (object->fd < 0) {
		return false;
	}
	bool data = false, space = false;
	bool ok = map(object, err);
	if (ok) {
		fill(object);
		data = zb_semaphore_create(&object->data, name->data, err);
		space = data && zb_semaphore_create(&object->space, name->space, err);
		ok = space && zb_shm_name(object->fd, name->object, LABEL, name->text, err);
	}
	if (!ok) {
		unlink_if(data, name->data);
		unlink_if(space, name->space);
		zb_object_close(object);
	}
	return ok;
}

/* Whether the file `path` was made before the open one. False where the kernel or the C library
 * does not tell when a file was made. */
static bool is_older(const char *path, int fd)
{
#ifdef STATX_BTIME
	struct statx of_path = {0}, of_fd = {0};
	return statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &of_fd) == 0 &&
	       statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BTIME, &of_path) == 0 &&
	       (of_fd.stx_mask & of_path.stx_mask & STATX_BTIME) &&
	       (of_path.stx_btime.tv_sec != of_fd.stx_btime.tv_sec
			       ? of_path.stx_btime.tv_sec < of_fd.stx_btime.tv_sec
			       : of_path.stx_btime.tv_nsec < of_fd.stx_btime.tv_nsec);
#else /* musl before 1.2.5 */
	(void)path;
	(void)fd;
	return false;
#endif
}

/* Whether the semaphore `path` is not older than the ring. A ring of another implementation has its
 * name first and its semaphores later; until then those of a ring before may be there, on which
 * nobody waits. */
static bool is_of_ring(const struct zb_object *object, const char *path, struct shot_error *err)
{
	return !is_older(path, object->fd) ||
	       shot_fail_errno(err, ENOENT, "the reader of the ring %s has not made %s yet",
		       object->name.text, path);
}

bool zb_object_open(struct zb_object *object, const struct zb_name *name, struct shot_error *err)
{
	*object = (struct zb_object){.name = *name};
	struct stat status;
	object->fd = zb_shm_open(name->object, O_RDWR, &status, LABEL, name->text, err);
	if (object->fd < 0) {
		return false;
	}
	struct zb_oieb oieb = {0};
	struct shot_error why;
	bool ok = pread(object->fd, &oieb, sizeof oieb, 0) >= 0;
	if (!ok) {
		shot_fail_errno(err, errno, "cannot read the ring %s", name->text);
	} else if (!zb_geometry_check(&object->geometry, &oieb, (uint64_t)status.st_size, &why)) {
		ok = shot_fail(err, why.code, "cannot attach to the ring %s: %.150s", name->text,
			why.message);
	}
	ok = ok && is_of_ring(object, name->data, err) && is_of_ring(object, name->space, err) &&
	     zb_semaphore_open(&object->data, name->data, err) &&
	     zb_semaphore_open(&object->space, name->space, err) && map(object, err);
	if (!ok) {
		zb_object_close(object);
	}
	return ok;
}

void zb_object_unlink(const struct zb_object *object)
{
	struct stat status;
	if (lstat(object->name.object, &status) == 0 &&
		(status.st_ino != object->identity.inode ||
			status.st_dev != object->identity.device)) {
		return;
	}
	unlink(object->name.object);
	unlink(object->name.data);
	unlink(object->name.space);
}

void zb_object_sweep(const struct zb_object *object)
{
	struct zb_lock lock;
	struct shot_error ignored;
	uint64_t pid = zb_load(&object->oieb->reader_pid);
	if (pid != 0 && zb_pid_life(pid, &object->identity) == ZB_LIFE_DEAD &&
		zb_lock_take(&lock, ZB_LOCK_BASE, ZB_LOCK_FOLDER, object->name.lock, &ignored)) {
		zb_object_unlink(object);
		zb_lock_drop(&lock);
	}
}

void zb_object_close(struct zb_object *object)
{
	zb_semaphore_close(&object->data);
	zb_semaphore_close(&object->space);
	shot_segment_finish(&object->segment);
	if (object->fd >= 0) {
		close(object->fd);
	}
	object->fd = -1;
}

bool zb_object_peek(const struct zb_name *name, struct zb_oieb *oieb, struct stat *status,
	struct shot_error *err)
{
	int fd = zb_shm_open(name->object, O_RDONLY, status, LABEL, name->text, err);
	if (fd < 0) {
		return false;
	}
	*oieb = (struct zb_oieb){0};
	bool ok = pread(fd, oieb, sizeof *oieb, 0) >= 0;
	if (!ok) {
		shot_fail_errno(err, errno, "cannot read the ring %s", name->text);
	}
	close(fd);
	return ok;
}

/* Marks the dead reader as gone, because its writer may still write. */
static void tell_writer(const struct zb_name *name, const struct zb_identity *identity)
{
	const uint64_t gone = 0;
	struct stat status;
	struct shot_error ignored;
	int fd = zb_shm_open(name->object, O_WRONLY, &status, LABEL, name->text, &ignored);
	if (fd < 0) {
		return; /* then its name cannot be removed either */
	}
	if (status.st_ino == identity->inode) {
		/* If this fails, the writer still notices that the reader's process is gone. */
		ssize_t written =
			pwrite(fd, &gone, sizeof gone, offsetof(struct zb_oieb, reader_pid));
		(void)written;
	}
	close(fd);
}

bool zb_object_clear(const struct zb_name *name, struct shot_error *err)
{
	struct zb_oieb oieb;
	struct stat status;
	struct zb_geometry geometry;
	struct shot_error why;
	if (!zb_object_peek(name, &oieb, &status, &why)) {
		return shot_error_is(&why, SHOT_ENOENT) ||
		       shot_fail(err, shot_error_is(&why, SHOT_ECORRUPT) ? "EEXIST" : why.code,
			       "cannot make the ring %s: %.150s", name->text, why.message);
	}
	if (!zb_geometry_check(&geometry, &oieb, (uint64_t)status.st_size, &why)) {
		return shot_fail(err, "EEXIST", "%s exists, and %.120s: remove it first",
			name->object, why.message);
	}
	struct zb_identity identity = identity_of(&status);
	if (zb_pid_life(oieb.reader_pid, &identity) == ZB_LIFE_ALIVE) {
		return shot_fail(err, "EEXIST",
			"the ring %s already has a reader, process %" PRIu64, name->text,
			oieb.reader_pid);
	}
	tell_writer(name, &identity);
	if (unlink(name->object) < 0 && errno != ENOENT) {
		return shot_fail_errno(
			err, errno, "cannot remove the dead reader's ring %s", name->text);
	}
	return true;
}
