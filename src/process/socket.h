/* The Unix socket by which a running host is reached: made so that nobody else can stand in its
 * place or come through it, and taken away again. A path of any length will do.
 *
 * Its folder must belong to this user or root, and others must not be able to change what is in it:
 * they cannot write there, or it is sticky as /tmp is. Links on the way to the folder are followed;
 * the folder that they lead to is what is checked and, from then on, used. */
#ifndef SHOT_PROCESS_SOCKET_H
#define SHOT_PROCESS_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* A socket's place in the file system. */
struct shot_socket {
	int folder; /* -1 when it is taken away, or was never made */
	char name[256];
	dev_t device;
	ino_t inode;
};

/* Make a socket that listens at `path`, mode 0600 from its first moment. What stands there and is
 * dead, a socket of this user's that nobody listens at, is replaced. Fails with EADDRINUSE when a
 * host listens there, EEXIST or ELOOP when it is no socket, EPERM when it is someone else's, or so
 * is the folder. Returns the descriptor, which is the caller's, or -1. */
int shot_socket_listen(struct shot_socket *socket, const char *path, struct shot_error *err);

/* Take the socket out of the file system, unless something else stands there by now. A second time
 * is allowed. Do it before its descriptor is closed, for until then nothing else has its inode. */
void shot_socket_remove(struct shot_socket *socket);

/* Connect to the host that listens at `path`; it must be run by this user or root, and root may
 * connect to anyone's. Fails with ENOENT, ECONNREFUSED or EACCES as connect(2) does, and with EPERM
 * when it is somebody else's. Returns the descriptor or -1. */
int shot_socket_connect(const char *path, struct shot_error *err);

/* Whether the other end of the connection `fd` is a process of this user's or of root's, which it
 * was when the connection was made; its number goes to *pid. Fails with EPERM. */
bool shot_socket_check_peer(int fd, pid_t *pid, struct shot_error *err);

/* Look at what has come through the connection `fd` without taking it, up to `size` bytes. Returns
 * how many; 0 when the other end is gone, -1 when nothing has come. */
ssize_t shot_socket_peek(int fd, char *bytes, size_t size);

#endif
