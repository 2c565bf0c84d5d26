#include "output/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/mode.h"
#include "output/overwrite.h"
#include "output/place.h"
#include "output/temporary.h"

#define PRIVATE 0600

struct saving {
	const char *path; /* as the caller gave it */
	const void *data;
	size_t size;
	const struct shot_file_options *options;
	struct shot_place place;
	int synced_folder; /* open for reading, if the name is to reach the disk; or -1 */
	struct shot_error *err;
};

static bool is_asked(const struct saving *saving)
{
	return saving->options->mode != SHOT_MODE_USUAL;
}

static bool fail(const struct saving *saving, int number)
{
	if (number == ENOTSUP && is_asked(saving) && shot_mode_is_forbidden()) {
		return shot_fail(saving->err, "ESANDBOX",
			"cannot write %.120s with mode %o: a sandbox makes no executable files, "
			"and heeds the umask",
			saving->path, (unsigned)saving->options->mode);
	}
	return shot_place_fail(saving->err, number, saving->path);
}

/* Opens the folder before anything is written, because that can be forbidden. */
static bool open_synced_folder(struct saving *saving)
{
	if (saving->options->is_synced) {
		saving->synced_folder =
			openat(saving->place.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return saving->synced_folder >= 0 || fail(saving, errno);
	}
	return true;
}

static bool sync_folder(const struct saving *saving)
{
	return saving->synced_folder < 0 || fsync(saving->synced_folder) == 0 || errno == EINVAL ||
	       fail(saving, errno);
}

/* Tries name_1.png, name_2.png, … until one is free; an errno, or 0. On failure the name does not
 * change. */
static int place_numbered(struct saving *saving, struct shot_temporary *temporary)
{
	struct shot_place *place = &saving->place;
	char base[sizeof place->name];
	memcpy(base, place->name, sizeof base);
	const char *dot = strrchr(base, '.');
	const char *extension = dot && dot != base ? dot : base + strlen(base);
	int number = 0, failed;
	while ((failed = shot_temporary_place(temporary, place->name, false)) == EEXIST) {
		int length = snprintf(place->name, sizeof place->name, "%.*s_%d%s",
			(int)(extension - base), base, ++number, extension);
		if (length < 0 || (size_t)length >= sizeof place->name) {
			failed = ENAMETOOLONG;
			break;
		}
	}
	if (failed) {
		memcpy(place->name, base, sizeof base);
	}
	return failed;
}

static int place_new(struct saving *saving, struct shot_temporary *temporary)
{
	enum shot_clobber clobber = saving->options->clobber;
	return clobber == SHOT_CLOBBER_NUMBER ? place_numbered(saving, temporary)
					      : shot_temporary_place(temporary, saving->place.name,
							clobber == SHOT_CLOBBER_REPLACE);
}

/* Writes a new file and gives it its name; an errno, or 0. `old` is the file that it replaces. */
static int try_new(struct saving *saving, const struct stat *old, bool named)
{
	mode_t usual = old ? old->st_mode & SHOT_PERMISSIONS : PRIVATE;
	mode_t mode = is_asked(saving) ? (mode_t)saving->options->mode : usual;
	struct shot_temporary temporary;
	int failed = shot_temporary_make(&temporary, saving->place.folder, mode & 0666, named);
	if (!failed && old) {
		failed = shot_mode_copy(temporary.fd, old, mode);
	} else if (!failed && is_asked(saving)) {
		failed = shot_mode_set(temporary.fd, mode);
	}
	if (!failed) {
		failed = shot_write_file(
			temporary.fd, saving->data, saving->size, saving->options->is_synced);
	}
	if (!failed) {
		failed = place_new(saving, &temporary);
	}
	shot_temporary_drop(&temporary);
	return failed;
}

/* Some systems cannot name a file that has none: without /proc, in some containers. */
static int write_new(struct saving *saving, const struct stat *old)
{
	int failed = try_new(saving, old, false);
	bool may_be_the_way = failed == ENOENT || failed == EXDEV || failed == EPERM ||
			      failed == EACCES || failed == ENOSYS || failed == EINVAL;
	return may_be_the_way ? try_new(saving, old, true) : failed;
}

/* Whether the file must be written in place: the folder accepts no new name, or does not release
 * this one, or the new file cannot have the old one's properties. */
static bool needs_place(int failed)
{
	return failed == EACCES || failed == EPERM || failed == EROFS || failed == EBUSY ||
	       failed == EXDEV || failed == ENOTSUP || failed == EINVAL;
}

static int replace(struct saving *saving)
{
	const struct shot_place *place = &saving->place;
	if (place->is_magic || place->info.st_nlink > 1 ||
		shot_mode_is_lossy(place->folder, place->name)) {
		return shot_file_overwrite(place, saving->data, saving->size, saving->options->mode,
			saving->options->is_synced);
	}
	int failed = write_new(saving, &place->info);
	return needs_place(failed) ? shot_file_overwrite(place, saving->data, saving->size,
					     saving->options->mode, saving->options->is_synced)
				   : failed;
}

/* Opens a device or pipe, which is not replaced, without waiting for a reader. */
static bool open_special(const struct saving *saving, struct shot_stream *rest)
{
	const struct shot_place *place = &saving->place;
	int fd = openat(place->folder, place->name,
		O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (place->is_magic ? 0 : O_NOFOLLOW));
	struct stat info;
	if (fd < 0) {
		return fail(saving, errno);
	}
	if (fstat(fd, &info) != 0 || info.st_dev != place->info.st_dev ||
		info.st_ino != place->info.st_ino) {
		close(fd);
		return fail(saving, EAGAIN); /* replaced since place was found */
	}
	shot_stream_begin(rest, fd, true, saving->options->is_synced, saving->path, saving->data,
		saving->size);
	return true;
}

/* Flushes the script's output first. The script may close the descriptor during the wait. */
static bool open_descriptor(const struct saving *saving, struct shot_stream *rest)
{
	if (saving->place.descriptor == STDOUT_FILENO) {
		fflush(stdout);
	}
	int fd = fcntl(saving->place.descriptor, F_DUPFD_CLOEXEC, 0);
	if (fd < 0) {
		return fail(saving, errno);
	}
	shot_stream_begin(rest, fd, true, saving->options->is_synced, saving->path, saving->data,
		saving->size);
	return true;
}

static bool save_file(struct saving *saving)
{
	if (!open_synced_folder(saving)) {
		return false;
	}
	bool replaces = saving->options->clobber == SHOT_CLOBBER_REPLACE &&
			saving->place.kind == SHOT_PLACE_FILE;
	int failed = replaces ? replace(saving) : write_new(saving, NULL);
	if (!failed) {
		shot_temporary_sweep(saving->place.folder);
	}
	bool ok = failed ? fail(saving, failed) : sync_folder(saving);
	if (saving->synced_folder >= 0) {
		close(saving->synced_folder);
	}
	return ok;
}

static bool save(struct saving *saving, struct shot_stream *rest)
{
	enum shot_clobber clobber = saving->options->clobber;
	enum shot_place_kind kind = saving->place.kind;
	if (kind == SHOT_PLACE_DESCRIPTOR) {
		if (!open_descriptor(saving, rest)) {
			return false;
		}
	} else if (kind != SHOT_PLACE_FREE && clobber == SHOT_CLOBBER_ERROR) {
		return fail(saving, EEXIST);
	} else if (kind == SHOT_PLACE_SPECIAL && clobber == SHOT_CLOBBER_REPLACE) {
		if (!open_special(saving, rest)) {
			return false;
		}
	} else {
		return save_file(saving);
	}
	return shot_stream_write(rest, saving->err);
}

/* Replaces the last name of the path by the name that the file got. */
static void set_last(struct shot_path_buffer *path, const char *name)
{
	char *slash = strrchr(path->text, '/');
	char *base = slash ? slash + 1 : path->text;
	snprintf(base, sizeof path->text - (size_t)(base - path->text), "%s", name);
}

bool shot_file_save(struct shot_path_buffer *path, const void *data, size_t size,
	const struct shot_file_options *options, struct shot_stream *rest, struct shot_error *err)
{
	struct saving saving = {.path = path->text,
		.data = data,
		.size = size,
		.options = options,
		.synced_folder = -1,
		.err = err};
	*rest = (struct shot_stream)SHOT_STREAM_IDLE;
	bool follow = options->clobber == SHOT_CLOBBER_REPLACE;
	if (!shot_place_find(path->text, follow, &saving.place, err)) {
		return false;
	}
	bool ok = save(&saving, rest);
	shot_place_finish(&saving.place);
	if (!ok) {
		shot_stream_close(rest);
	} else if (options->clobber == SHOT_CLOBBER_NUMBER &&
		   saving.place.kind != SHOT_PLACE_DESCRIPTOR) {
		set_last(path, saving.place.name);
	}
	return ok;
}

bool shot_file_save_all(struct shot_path_buffer *path, const void *data, size_t size,
	const struct shot_file_options *options, struct shot_stop *stop, struct shot_error *err)
{
	struct shot_stream rest;
	bool ok = shot_file_save(path, data, size, options, &rest, err) &&
		  shot_stream_finish(&rest, stop, err);
	shot_stream_close(&rest);
	return ok;
}

bool shot_file_claim(const char *path, bool *is_new, struct shot_error *err)
{
	const struct shot_file_options options = {.mode = SHOT_MODE_USUAL};
	struct saving saving = {.path = path, .data = "", .options = &options, .err = err};
	*is_new = false;
	if (!shot_place_find(path, true, &saving.place, err)) {
		return false;
	}
	int failed = 0;
	if (saving.place.kind == SHOT_PLACE_FREE) {
		failed = write_new(&saving, NULL);
		*is_new = !failed;
	}
	shot_place_finish(&saving.place);
	return !failed || fail(&saving, failed);
}
