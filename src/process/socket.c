#include "process/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* As far as an address has room for it, see below. */
enum { LONGEST_NAME = 80 };

enum { BACKLOG = 128, LOCK_TRIES = 100, LOCK_PAUSE = 10 * 1000 * 1000 /* ns */ };

/* Splits `path`: opens its folder, and finds the beginning of the name. Returns the folder or -1.
 * */
static int open_folder(const char *path, const char **name, struct shot_error *err)
{
	const char *slash = strrchr(path, '/');
	*name = slash ? slash + 1 : path;
	size_t length = strlen(*name);
	if (length == 0 || length > LONGEST_NAME || strcmp(*name, ".") == 0 ||
		strcmp(*name, "..") == 0) {
		shot_fail(err, "EINVAL", "%.150s is not a valid name of a socket: 1 to %d bytes",
			path, LONGEST_NAME);
		return -1;
	}
	char folder[4096] = ".";
	if (slash) {
		size_t size = slash == path ? 1 : (size_t)(slash - path);
		if (size >= sizeof folder) {
			shot_fail_errno(err, ENAMETOOLONG, "%s", path);
			return -1;
		}
		memcpy(folder, path, size);
		folder[size] = '\0';
	}
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		shot_fail_errno(err, errno, "the folder of the socket %s", path);
	}
	return fd;
}

static bool check_folder(int folder, const char *path, struct shot_error *err)
{
	struct stat info;
	if (fstat(folder, &info) != 0) {
		return shot_fail_errno(err, errno, "the folder of the socket %s", path);
	}
	if (info.st_uid != geteuid() && info.st_uid != 0) {
		return shot_fail(err, "EPERM",
			"the folder of %s belongs to user %u, who could put another socket there",
			path, (unsigned)info.st_uid);
	}
	if ((info.st_mode & (S_IWGRP | S_IWOTH)) && !(info.st_mode & S_ISVTX)) {
		return shot_fail(err, "EPERM",
			"the folder of %s can be written by others (mode %03o): chmod go-w", path,
			(unsigned)info.st_mode & 07777);
	}
	return true;
}

/* The address of `name` in `folder`. It is short enough for any path, and stays right when the
 * folder is moved or its path leads elsewhere. */
static struct sockaddr_un address_of(int folder, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%.*s", folder,
		LONGEST_NAME, name);
	return address;
}

static int connect_to(int folder, const char *name, int flags)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	struct sockaddr_un address = address_of(folder, name);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		int number = errno;
		close(fd);
		errno = number;
		return -1;
	}
	return fd;
}

/* Checks that `name` is a socket of this user. `info` receives its properties. */
static bool check_entry(
	int folder, const char *name, const char *path, struct stat *info, struct shot_error *err)
{
	if (fstatat(folder, name, info, AT_SYMLINK_NOFOLLOW) != 0) {
		return shot_fail_errno(err, errno, "cannot look at %s", path);
	}
	if (S_ISLNK(info->st_mode)) {
		return shot_fail(
			err, "ELOOP", "%s is a symbolic link, which is not followed", path);
	}
	if (!S_ISSOCK(info->st_mode)) {
		return shot_fail(err, "EEXIST", "%s exists, and is not a socket", path);
	}
	if (info->st_uid != geteuid()) {
		return shot_fail(
			err, "EPERM", "%s belongs to user %u", path, (unsigned)info->st_uid);
	}
	return true;
}

/* Two hosts that find the same dead socket must not both replace it, or the second would remove the
 * new socket of the first. */
static int lock(int folder, const char *path, struct shot_error *err)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		shot_fail_errno(err, errno, "cannot lock the folder of %s", path);
		return -1;
	}
	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; i++) {
		if (i == LOCK_TRIES) {
			shot_fail_errno(err, errno, "cannot lock the folder of %s", path);
			close(fd);
			return -1;
		}
		nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE}, NULL);
	}
	return fd;
}

/* Removes the socket at `name`, if no host listens there. */
static bool remove_stale(int folder, const char *name, const char *path, struct shot_error *err)
{
	struct stat info;
	if (!check_entry(folder, name, path, &info, err)) {
		return shot_error_is(err, SHOT_ENOENT); /* it has gone meanwhile */
	}
	int fd = connect_to(folder, name, SOCK_NONBLOCK);
	if (fd >= 0 || errno == EAGAIN || errno == EINPROGRESS) {
		if (fd >= 0) {
			close(fd);
		}
		return shot_fail(err, "EADDRINUSE", "another host listens at %s", path);
	}
	if (errno != ECONNREFUSED) {
		return shot_fail_errno(
			err, errno, "cannot determine the user that listens at %s", path);
	}
	if (unlinkat(folder, name, 0) != 0 && errno != ENOENT) {
		return shot_fail_errno(err, errno, "cannot replace the dead socket %s", path);
	}
	return true;
}

/* Renames the socket, which already listens under a temporary name. This way no socket is ever at
 * the final name that does not listen yet and looks dead. */
static bool publish(
	int folder, const char *own, const char *name, const char *path, struct shot_error *err)
{
	if (linkat(folder, own, folder, name, 0) == 0) {
		return true;
	}
	if (errno != EEXIST) {
		return shot_fail_errno(err, errno, "cannot make the socket %s", path);
	}
	int locked = lock(folder, path, err);
	if (locked < 0) {
		return false;
	}
	bool ok = remove_stale(folder, name, path, err);
	if (ok && linkat(folder, own, folder, name, 0) != 0) {
		ok = shot_fail_errno(err, errno, "cannot make the socket %s", path);
	}
	close(locked);
	return ok;
}

/* Listens at `name`, using a temporary name first. */
static bool make(int fd, int folder, const char *name, const char *path, struct shot_error *err)
{
	uint64_t number = 0;
	char own[32];
	if (getrandom(&number, sizeof number, 0) != sizeof number) {
		return shot_fail_errno(err, errno, "no random bytes for a temporary name");
	}
	snprintf(own, sizeof own, ".luashot-%016" PRIx64, number);
	struct sockaddr_un address = address_of(folder, own);
	/* bind gives the file the mode of the unbound socket. */
	if (fchmod(fd, 0600) != 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		return shot_fail_errno(err, errno, "cannot make the socket %s", path);
	}
	bool ok = listen(fd, BACKLOG) == 0 ||
		  shot_fail_errno(err, errno, "cannot listen at %s", path);
	ok = ok && publish(folder, own, name, path, err);
	unlinkat(folder, own, 0);
	return ok;
}

int shot_socket_listen(struct shot_socket *place, const char *path, struct shot_error *err)
{
	*place = (struct shot_socket){.folder = -1};
	const char *name;
	int folder = open_folder(path, &name, err);
	if (folder < 0) {
		return -1;
	}
	int fd = -1;
	if (check_folder(folder, path, err)) {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (fd < 0) {
			shot_fail_errno(err, errno, "cannot make a socket");
		}
	}
	struct stat info;
	if (fd < 0 || !make(fd, folder, name, path, err) ||
		!check_entry(folder, name, path, &info, err)) {
		if (fd >= 0) {
			close(fd);
		}
		close(folder);
		return -1;
	}
	*place =
		(struct shot_socket){.folder = folder, .device = info.st_dev, .inode = info.st_ino};
	snprintf(place->name, sizeof place->name, "%s", name);
	return fd;
}

void shot_socket_remove(struct shot_socket *place)
{
	if (place->folder < 0) {
		return;
	}
	struct stat info;
	if (fstatat(place->folder, place->name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
		info.st_dev == place->device && info.st_ino == place->inode) {
		unlinkat(place->folder, place->name, 0);
	}
	close(place->folder);
	place->folder = -1;
}

static bool get_peer(int fd, struct ucred *peer, struct shot_error *err)
{
	socklen_t size = sizeof *peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &size) != 0) {
		return shot_fail_errno(err, errno, "cannot determine the user at the other end");
	}
	return true;
}

int shot_socket_connect(const char *path, struct shot_error *err)
{
	const char *name;
	int folder = open_folder(path, &name, err);
	if (folder < 0) {
		return -1;
	}
	int fd = connect_to(folder, name, 0);
	int number = errno;
	close(folder);
	if (fd < 0) {
		shot_fail_errno(err, number, "cannot attach to %s", path);
		return -1;
	}
	struct ucred peer;
	bool ok = get_peer(fd, &peer, err);
	if (ok && geteuid() != 0 && peer.uid != geteuid() && peer.uid != 0) {
		ok = shot_fail(
			err, "EPERM", "the host at %s is run by user %u", path, (unsigned)peer.uid);
	}
	if (!ok) {
		close(fd);
		return -1;
	}
	return fd;
}

bool shot_socket_check_peer(int fd, pid_t *pid, struct shot_error *err)
{
	struct ucred peer;
	if (!get_peer(fd, &peer, err)) {
		return false;
	}
	if (peer.uid != geteuid() && peer.uid != 0) {
		return shot_fail(err, "EPERM",
			"this host accepts only user %u and root, not user %u", (unsigned)geteuid(),
			(unsigned)peer.uid);
	}
	*pid = peer.pid;
	return true;
}

ssize_t shot_socket_peek(int fd, char *bytes, size_t size)
{
	return recv(fd, bytes, size, MSG_PEEK | MSG_DONTWAIT);
}
