#include "output/video_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/mode.h"
#include "output/place.h"
#include "output/temporary.h"
#include "video/append.h"
#include "video/container.h"
#include "video/remux.h"

#define PRIVATE 0600

struct shot_video_file {
	struct shot_path_buffer path;
	struct shot_place place;
	bool has_place, is_new;
	int fd;
	struct shot_muxer *muxer;
};

static bool fail(const struct shot_video_file *file, int number, struct shot_error *err)
{
	return shot_place_fail(err, number, file->path.text);
}

static bool is_named(const struct shot_video_file *file)
{
	return file->place.kind == SHOT_PLACE_FREE || file->place.kind == SHOT_PLACE_FILE;
}

static bool open_new(struct shot_video_file *file, struct shot_error *err)
{
	file->fd = openat(file->place.folder, file->place.name,
		O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, PRIVATE);
	file->is_new = file->fd >= 0;
	return file->is_new || fail(file, errno, err);
}

/* Opens the file that was found, and checks that it is still the same; does not wait for a reader.
 * */
static bool open_old(struct shot_video_file *file, struct shot_error *err)
{
	const struct shot_place *place = &file->place;
	int access = place->kind == SHOT_PLACE_FILE ? O_RDWR : O_WRONLY;
	int links = place->is_magic ? 0 : O_NOFOLLOW;
	file->fd = openat(
		place->folder, place->name, access | links | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat info;
	if (file->fd < 0 || fstat(file->fd, &info) != 0) {
		return fail(file, errno, err);
	}
	if (info.st_dev != place->info.st_dev || info.st_ino != place->info.st_ino) {
		return fail(file, EAGAIN, err);
	}
	fcntl(file->fd, F_SETFL, access);
	return true;
}

static bool open_it(struct shot_video_file *file, struct shot_error *err)
{
	if (!shot_place_find(file->path.text, true, &file->place, err)) {
		return false;
	}
	file->has_place = true;
	switch (file->place.kind) {
	case SHOT_PLACE_FREE:
		return open_new(file, err);
	case SHOT_PLACE_DESCRIPTOR:
		file->fd = fcntl(file->place.descriptor, F_DUPFD_CLOEXEC, 0);
		return file->fd >= 0 || fail(file, errno, err);
	default:
		return open_old(file, err);
	}
}

static bool open_muxer(
	struct shot_video_file *file, int fd, const AVCodecContext *encoder, struct shot_error *err)
{
	file->muxer = shot_muxer_open(fd, file->path.text, encoder, err);
	return file->muxer;
}

/* Copies the existing video to a new file, which then takes its place. */
static bool go_on(struct shot_video_file *file, const struct stat *old,
	const AVCodecContext *encoder, struct shot_error *err)
{
	struct shot_temporary longer;
	mode_t mode = old->st_mode & SHOT_PERMISSIONS;
	int failed = shot_temporary_make(&longer, file->place.folder, mode & 0666, true);
	int fd = failed ? -1 : fcntl(longer.fd, F_DUPFD_CLOEXEC, 0);
	if (!failed) {
		failed = fd < 0 ? errno : shot_mode_copy(longer.fd, old, mode);
	}
	bool ok = !failed || fail(file, failed, err);
	ok = ok && open_muxer(file, fd, encoder, err) &&
	     shot_append(file->muxer, file->fd, encoder, file->path.text, err);
	if (ok) {
		failed = shot_temporary_place(&longer, file->place.name, true);
		ok = !failed || fail(file, failed, err);
	}
	shot_temporary_drop(&longer);
	if (ok) {
		close(file->fd);
		file->fd = fd;
	} else if (fd >= 0) {
		shot_muxer_close(file->muxer);
		file->muxer = NULL;
		close(fd);
	}
	return ok;
}

static bool begin(struct shot_video_file *file, const AVCodecContext *encoder, bool is_appended,
	struct shot_error *err)
{
	struct stat info;
	bool is_file = file->place.kind == SHOT_PLACE_FILE && fstat(file->fd, &info) == 0;
	if (is_file && is_appended && info.st_size > 0) {
		return go_on(file, &info, encoder, err);
	}
	return open_muxer(file, file->fd, encoder, err) &&
	       (!is_file || ftruncate(file->fd, 0) == 0 || fail(file, errno, err));
}

struct shot_video_file *shot_video_file_open(const char *template,
	const struct shot_template_fields *fields, const AVCodecContext *encoder, bool is_appended,
	struct shot_error *err)
{
	struct shot_video_file *file = calloc(1, sizeof *file);
	if (!file) {
		shot_fail(err, "ENOMEM", "no memory for a video's file");
		return NULL;
	}
	file->fd = -1;
	bool ok = shot_template_expand(template, fields, &file->path, err) &&
		  shot_container_of(file->path.text, err) && open_it(file, err) &&
		  begin(file, encoder, is_appended, err);
	if (!ok) {
		shot_video_file_close(file);
		return NULL;
	}
	return file;
}

bool shot_video_file_put(
	struct shot_video_file *file, const AVPacket *packet, struct shot_error *err)
{
	return shot_muxer_put(file->muxer, packet, err);
}

bool shot_video_file_is_there(const struct shot_video_file *file, struct shot_error *err)
{
	struct stat info;
	bool has_name = is_named(file) && !file->place.is_magic;
	bool is_gone = has_name && fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode) &&
		       info.st_nlink == 0;
	return !is_gone || fail(file, ENOENT, err);
}

int64_t shot_video_file_deadline(const struct shot_video_file *file)
{
	return shot_muxer_deadline(file->muxer);
}

bool shot_video_file_flush(struct shot_video_file *file, int64_t until, struct shot_error *err)
{
	return shot_muxer_flush(file->muxer, until, err);
}

/* Whether a new file can take this one's name without losing properties. */
static bool can_exchange(const struct shot_video_file *file, struct stat *info)
{
	return fstat(file->fd, info) == 0 && info->st_nlink == 1 && !file->place.is_magic &&
	       !shot_mode_is_lossy(file->place.folder, file->place.name);
}

static bool exchange(struct shot_video_file *file, double seconds, struct shot_error *why)
{
	struct stat info;
	struct shot_temporary plain;
	if (!can_exchange(file, &info)) {
		return shot_fail(why, "ENOTSUP", "the file has more names, or rights of others");
	}
	mode_t mode = info.st_mode & SHOT_PERMISSIONS;
	int failed = shot_temporary_make(&plain, file->place.folder, mode & 0666, true);
	if (!failed) {
		failed = shot_mode_copy(plain.fd, &info, mode);
	}
	bool ok = failed ? fail(file, failed, why)
			 : shot_remux(file->fd, plain.fd, file->path.text, seconds, why);
	if (ok) {
		failed = shot_temporary_place(&plain, file->place.name, true);
		ok = !failed || fail(file, failed, why);
	}
	shot_temporary_drop(&plain);
	return ok;
}

bool shot_video_file_finish(
	struct shot_video_file *file, int64_t until, struct shot_error *why, struct shot_error *err)
{
	*why = (struct shot_error){0};
	bool ok = shot_muxer_finish(file->muxer, until, err);
	struct shot_error ignored;
	const AVOutputFormat *kind = shot_container_of(file->path.text, &ignored);
	if (ok && is_named(file) && shot_muxer_bytes(file->muxer) > 0 && kind &&
		shot_container_is_fragmented(kind) && shot_video_file_is_there(file, &ignored)) {
		exchange(file, shot_muxer_seconds(file->muxer), why);
	}
	return ok;
}

const char *shot_video_file_path(const struct shot_video_file *file)
{
	return file->path.text;
}

void shot_video_file_close(struct shot_video_file *file)
{
	if (!file) {
		return;
	}
	bool is_empty = !file->muxer || shot_muxer_bytes(file->muxer) == 0;
	shot_muxer_close(file->muxer);
	if (file->is_new && is_empty) {
		unlinkat(file->place.folder, file->place.name, 0);
	}
	if (file->fd >= 0) {
		close(file->fd);
	}
	if (file->has_place) {
		shot_place_finish(&file->place);
	}
	free(file);
}
