#include "output/place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MOST_LINKS 40 /* as the kernel's */
#define SHOWN_PATH 160
#define WRITE "cannot write"
#define SHOWN_BESIDE_NAME 90 /* the shown bytes of a path, if a name must fit as well */

struct walk {
	const char *task; /* the beginning of messages */
	const char *path; /* as the caller gave it */
	int folder;	  /* the walk's current folder */
	bool is_foreign;  /* the folder belongs to another user, and lies in one where everybody may
			     write */
	char rest[PATH_MAX]; /* the rest of the path */
	unsigned links;
	struct shot_error *err;
};

static const char *end_of(const char *path, size_t most)
{
	size_t length = strlen(path);
	return path + (length > most ? length - most : 0);
}

static bool fail(const struct walk *walk, int number)
{
	const char *end = end_of(walk->path, SHOWN_PATH);
	return shot_fail_errno(
		walk->err, number, "%s %s%s", walk->task, end > walk->path ? "..." : "", end);
}

bool shot_place_fail(struct shot_error *err, int number, const char *path)
{
	return fail(&(struct walk){.task = WRITE, .path = path, .err = err}, number);
}

static void stand_in(struct walk *walk, int folder)
{
	if (walk->folder >= 0) {
		close(walk->folder);
	}
	walk->folder = folder;
}

static bool is_ours(uid_t owner)
{
	return owner == 0 || owner == geteuid();
}

/* Whether everybody can make names in the current folder. */
static bool is_shared(const struct walk *walk)
{
	struct stat folder;
	return walk->is_foreign || fstat(walk->folder, &folder) != 0 ||
	       folder.st_mode & (S_ISVTX | S_IWOTH);
}

static bool is_trusted(const struct walk *walk, const struct stat *info)
{
	return is_ours(info->st_uid) || !is_shared(walk);
}

static bool fail_foreign(const struct walk *walk, const char *name, const struct stat *info)
{
	const char *end = end_of(walk->path, SHOWN_BESIDE_NAME);
	return shot_fail(walk->err, "EACCES",
		"%s %s%s: '%.40s' belongs to another user (%u), in a folder where everybody may "
		"write",
		walk->task, end > walk->path ? "..." : "", end, name, (unsigned)info->st_uid);
}

static bool is_in_proc(const struct walk *walk)
{
	struct statfs about;
	return fstatfs(walk->folder, &about) == 0 && about.f_type == PROC_SUPER_MAGIC;
}

/* The number of a descriptor in a folder of /proc; -1 for another name. */
static int descriptor_number(const char *name)
{
	size_t digits = strspn(name, "0123456789");
	return digits > 0 && digits < 10 && name[digits] == '\0' ? atoi(name) : -1;
}

/* Takes the next name of the rest of the path; empty at the end. */
static bool take_name(struct walk *walk, char name[NAME_MAX + 1])
{
	const char *from = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(from, "/");
	if (length > NAME_MAX) {
		return fail(walk, ENAMETOOLONG);
	}
	memcpy(name, from, length);
	name[length] = '\0';
	memmove(walk->rest, from + length, strlen(from + length) + 1);
	return true;
}

/* Continues with `path`, and with the rest after it. */
static bool go_to(struct walk *walk, const char *path)
{
	char rest[PATH_MAX];
	int needed = snprintf(rest, sizeof rest, "%s%s", path, walk->rest);
	if (needed < 0 || (size_t)needed >= sizeof rest) {
		return fail(walk, ENAMETOOLONG);
	}
	if (*path == '/' || walk->folder < 0) {
		int folder = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (folder < 0) {
			return fail(walk, errno);
		}
		stand_in(walk, folder);
		walk->is_foreign = false;
	}
	memcpy(walk->rest, rest, (size_t)needed + 1);
	return true;
}

/* Follows a link of the current folder. */
static bool follow_link(struct walk *walk, const char *name, const struct stat *info)
{
	char target[PATH_MAX];
	if (!is_trusted(walk, info)) {
		return fail_foreign(walk, name, info);
	}
	ssize_t length = readlinkat(walk->folder, name, target, sizeof target - 1);
	if (length <= 0) {
		return fail(walk, length < 0 ? errno : ENOENT);
	}
	target[length] = '\0';
	return ++walk->links <= MOST_LINKS ? go_to(walk, target) : fail(walk, ELOOP);
}

/* Enters a folder, or follows a link to one. */
static bool enter(struct walk *walk, const char *name)
{
	struct stat info;
	if (fstatat(walk->folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
		return fail(walk, errno);
	}
	bool is_link = S_ISLNK(info.st_mode);
	if (is_link && !is_in_proc(walk)) {
		return follow_link(walk, name, &info);
	}
	int folder = openat(
		walk->folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC | (is_link ? 0 : O_NOFOLLOW));
	if (folder < 0) {
		return fail(walk, errno);
	}
	walk->is_foreign = !is_link && !is_trusted(walk, &info);
	stand_in(walk, folder);
	return true;
}

/* Reads the link of a descriptor. All that luashot opens itself, the connection to the display
 * server among it, closes on exec; a descriptor that somebody handed to this process does not. */
static bool read_descriptor(struct walk *walk, struct shot_place *place)
{
	int flags = fcntl(place->descriptor, F_GETFD);
	if (flags < 0 || place->descriptor == walk->folder) {
		return fail(walk, EBADF);
	}
	place->kind = SHOT_PLACE_DESCRIPTOR;
	return !(flags & FD_CLOEXEC) ||
	       shot_fail(walk->err, "EACCES",
		       "%s %s: descriptor %d is one that this program opened for itself",
		       walk->task, end_of(walk->path, SHOWN_BESIDE_NAME), place->descriptor);
}

/* Reads a link of /proc. Its folder has many names (self, thread-self, task/N), so that the file
 * tells whether it is a descriptor of this process: opening it again could give more access. */
static bool read_magic(struct walk *walk, struct shot_place *place)
{
	struct stat own;
	if (fstatat(walk->folder, place->name, &place->info, 0) != 0) {
		return fail(walk, errno);
	}
	place->descriptor = descriptor_number(place->name);
	if (place->descriptor >= 0 && fstat(place->descriptor, &own) == 0 &&
		own.st_dev == place->info.st_dev && own.st_ino == place->info.st_ino) {
		return read_descriptor(walk, place);
	}
	place->is_magic = true;
	place->kind = S_ISREG(place->info.st_mode) ? SHOT_PLACE_FILE : SHOT_PLACE_SPECIAL;
	return !S_ISDIR(place->info.st_mode) || fail(walk, EISDIR);
}

/* Reads a missing name: no file can be made among descriptors. */
static bool read_missing(const struct walk *walk, int number, struct shot_place *place)
{
	if (number == ENOENT && is_in_proc(walk) && descriptor_number(place->name) >= 0) {
		number = EBADF;
	}
	place->kind = SHOT_PLACE_FREE;
	return number == ENOENT || fail(walk, number);
}

/* Reads the last name, if it is not a link to follow. */
static bool read_last(struct walk *walk, bool follow, struct shot_place *place)
{
	struct stat *info = &place->info;
	if (S_ISDIR(info->st_mode)) {
		return fail(walk, EISDIR);
	}
	place->kind = S_ISREG(info->st_mode) ? SHOT_PLACE_FILE : SHOT_PLACE_SPECIAL;
	return !follow || is_trusted(walk, info) || fail_foreign(walk, place->name, info);
}

/* Follows the path. If its last name is a link, `first` keeps the place of the first such link,
 * with its own descriptor. */
static bool go(struct walk *walk, bool follow, struct shot_place *place, struct shot_place *first)
{
	for (;;) {
		if (!take_name(walk, place->name)) {
			return false;
		}
		if (*place->name == '\0') {
			return fail(walk, EISDIR);
		}
		if (*walk->rest != '\0') {
			if (!enter(walk, place->name)) {
				return false;
			}
			continue;
		}
		if (fstatat(walk->folder, place->name, &place->info, AT_SYMLINK_NOFOLLOW) != 0) {
			return read_missing(walk, errno, place);
		}
		if (!S_ISLNK(place->info.st_mode)) {
			return read_last(walk, follow, place);
		}
		if (is_in_proc(walk)) {
			return read_magic(walk, place);
		}
		if (!follow && first->folder < 0) {
			*first = *place;
			first->kind = SHOT_PLACE_LINK;
			first->folder = fcntl(walk->folder, F_DUPFD_CLOEXEC, 0);
			if (first->folder < 0) {
				return fail(walk, errno);
			}
		}
		if (!follow_link(walk, place->name, &place->info)) {
			return false;
		}
	}
}

bool shot_place_find(
	const char *path, bool follow, struct shot_place *place, struct shot_error *err)
{
	struct walk walk = {.task = WRITE, .path = path, .folder = -1, .err = err};
	struct shot_place first = {.folder = -1};
	*place = (struct shot_place){.folder = -1, .descriptor = -1};
	if (*path == '\0') {
		return fail(&walk, ENOENT);
	}
	bool ok = go_to(&walk, path) && go(&walk, follow, place, &first);
	place->folder = walk.folder;
	if (ok && place->kind == SHOT_PLACE_DESCRIPTOR) {
		shot_place_finish(&first);
		shot_place_finish(place);
	} else if (first.folder >= 0) {
		shot_place_finish(place);
		*place = first;
		ok = true;
	} else if (!ok) {
		shot_place_finish(place);
	}
	return ok;
}

int shot_place_open_folder(const char *path, struct shot_error *err)
{
	struct walk walk = {
		.task = "cannot open the folder", .path = path, .folder = -1, .err = err};
	char name[NAME_MAX + 1];
	bool ok = *path != '\0' ? go_to(&walk, path) : fail(&walk, ENOENT);
	while (ok && (ok = take_name(&walk, name)) && *name != '\0') {
		ok = enter(&walk, name);
	}
	if (!ok && walk.folder >= 0) {
		close(walk.folder);
	}
	return ok ? walk.folder : -1;
}

void shot_place_finish(struct shot_place *place)
{
	if (place->folder >= 0) {
		close(place->folder);
		place->folder = -1;
	}
}
