#include "output/album.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "codec/incoming.h"
#include "output/place.h"

#define MAX_PIXELS ((size_t)1 << 26) /* of a picture that is made smaller */
#define LINE (NAME_MAX + 48)

struct entry {
	int64_t mtime_ns, size;
	char name[NAME_MAX + 1];
};

/* The task of a list. */
struct list {
	struct shot_save save; /* first */
	unsigned most, count;
	struct entry entries[]; /* newest first */
};

static bool is_plain(const char *name)
{
	char text[NAME_MAX + 1];
	return *name != '.' && !strchr(name, '/') && shot_codec_by_path(name) &&
	       shot_text_read(name, strlen(name), true, text, sizeof text) &&
	       strcmp(text, name) == 0;
}

int shot_album_open(const char *path, struct shot_error *err)
{
	int folder = shot_place_open_folder(path, err);
	if (folder < 0) {
		return -1;
	}
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		shot_fail_errno(err, errno, "cannot open the folder %.150s", path);
	}
	close(folder);
	return fd;
}

int shot_album_open_picture(int folder, const char *name, struct shot_error *err)
{
	if (!is_plain(name)) {
		shot_fail(err, "EFORMAT", "'%.120s' is not the name of a picture", name);
		return -1;
	}
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat about;
	if (fd < 0 || fstat(fd, &about) < 0) {
		shot_fail_errno(err, errno, "cannot open '%.120s'", name);
	} else if (S_ISREG(about.st_mode)) {
		return fd;
	} else {
		shot_fail(err, "EFORMAT", "'%.120s' is not a regular file", name);
	}
	if (fd >= 0) {
		close(fd);
	}
	return -1;
}

static bool is_newer(const struct entry *a, const struct entry *b)
{
	return a->mtime_ns != b->mtime_ns ? a->mtime_ns > b->mtime_ns
					  : strcmp(a->name, b->name) > 0;
}

/* Puts the entry in its place, which may push out the oldest. */
static void keep(struct list *list, const struct entry *entry)
{
	unsigned at = list->count;
	while (at > 0 && is_newer(entry, &list->entries[at - 1])) {
		at--;
	}
	if (at == list->most) {
		return;
	}
	list->count += list->count < list->most;
	memmove(&list->entries[at + 1], &list->entries[at], (list->count - at - 1) * sizeof *entry);
	list->entries[at] = *entry;
}

static void look_through(struct list *list, DIR *names)
{
	for (const struct dirent *one; (one = readdir(names));) {
		struct stat about;
		struct entry entry;
		if (!is_plain(one->d_name) ||
			fstatat(dirfd(names), one->d_name, &about, AT_SYMLINK_NOFOLLOW) < 0 ||
			!S_ISREG(about.st_mode)) {
			continue;
		}
		entry.mtime_ns = (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec;
		entry.size = about.st_size;
		strcpy(entry.name, one->d_name);
		keep(list, &entry);
	}
}

static bool write_lines(struct list *list)
{
	struct shot_blob *blob = &list->save.blob;
	if (!shot_blob_reserve(blob, list->count * LINE + 1, &list->save.err)) {
		return false;
	}
	for (unsigned i = 0; i < list->count; i++) {
		const struct entry *entry = &list->entries[i];
		blob->size += (size_t)sprintf((char *)blob->data + blob->size,
			"%" PRId64 " %" PRId64 " %s\n", entry->mtime_ns, entry->size, entry->name);
	}
	return true;
}

static void run_list(struct shot_task *task)
{
	struct shot_save *save = SHOT_CONTAINER(task, struct shot_save, task);
	struct list *list = (struct list *)save;
	DIR *names = fdopendir(save->file);
	if (!names) {
		shot_fail_errno(&save->err, errno, "cannot read a folder");
		return;
	}
	save->file = -1; /* the DIR's */
	look_through(list, names);
	closedir(names);
	save->is_ok = write_lines(list);
}

struct shot_save *shot_album_list(int folder, unsigned most, struct shot_error *err)
{
	/* Another description of the folder, with a position of its own. */
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct list *list = fd >= 0 ? calloc(1, sizeof *list + most * sizeof *list->entries) : NULL;
	if (!list) {
		shot_fail_errno(err, errno, "cannot read a folder");
		if (fd >= 0) {
			close(fd);
		}
		return NULL;
	}
	list->save.task.run = run_list;
	list->save.file = fd;
	list->most = most;
	return &list->save;
}

/* Reads the file's picture as the save's frame. */
static bool read_picture(struct shot_save *save)
{
	struct shot_incoming incoming;
	struct shot_picture picture;
	bool ok = shot_incoming_take(
			  &incoming, save->file, save->path.text, MAX_PIXELS, &save->err) &&
		  shot_incoming_read(&incoming, &save->err) == SHOT_POLL_DONE &&
		  shot_incoming_decode(&incoming, &picture, &save->err);
	shot_incoming_finish(&incoming);
	save->file = -1;
	save->path.text[0] = '\0';
	if (ok) {
		save->frame.view = picture.view;
	}
	return ok;
}

static void run_encode(struct shot_task *task)
{
	struct shot_save *save = SHOT_CONTAINER(task, struct shot_save, task);
	if (read_picture(save)) {
		shot_save_run(task);
	}
}

struct shot_save *shot_album_encode(
	int fd, const char *name, const struct shot_save_options *options, struct shot_error *err)
{
	struct shot_save *save = calloc(1, sizeof *save);
	if (!save) {
		close(fd);
		shot_fail_errno(err, ENOMEM, "cannot read '%.120s'", name);
		return NULL;
	}
	save->task.run = run_encode;
	save->file = fd;
	save->options = *options;
	save->options.encode.origin.source = save->frame.source;
	snprintf(save->path.text, sizeof save->path.text, "%s", name);
	return save;
}
