/* The Unix socket of a running host. No other user can replace it or connect to it, and the host
 * removes it at its end. The path may have any length, its last part 80 bytes.
 *
 * Its folder must belong to this user or root, and others must not be able to change its entries:
 * they cannot write there, or it is sticky as /tmp is. Links on the way to the folder are followed;
 * the checks apply to the folder that they lead to, which is used from then on. */
#ifndef SHOT_PROCESS_SOCKET_H
#define SHOT_PROCESS_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* A socket's place in the file system. */
struct shot_socket {
	int folder; /* -1 when the socket was removed or never made */
	char name[256];
	dev_t device;
	ino_t inode;
};

/* Make a socket that listens at `path`, mode 0600 from its first moment. It replaces a dead socket
 * of this user, at which no host listens. Fails with EADDRINUSE when a host listens there, EEXIST
 * or ELOOP when the name is not a socket, EPERM when the socket or the folder belongs to another
 * user. Returns the descriptor, which is the caller's, or -1. */
int shot_socket_listen(struct shot_socket *socket, const char *path, struct shot_error *err);

/* Remove the socket from the file system, unless another file has its name by now. A second call is
 * allowed. Call it before closing the descriptor: until then no other file has its inode. */
void shot_socket_remove(struct shot_socket *socket);

/* Connect to the host that listens at `path`. Its user must be this user or root; root may connect
 * to any host. Fails with ENOENT, ECONNREFUSED or EACCES as connect(2) does, and with EPERM when it
 * is another user's. Returns the descriptor or -1. */
int shot_socket_connect(const char *path, struct shot_error *err);

/* Check that the peer of the connection `fd` was a process of this user or of root when it
 * connected; *pid receives its number. Fails with EPERM. */
bool shot_socket_check_peer(int fd, pid_t *pid, struct shot_error *err);

/* Copy up to `size` bytes that have arrived at the connection `fd` without consuming them. Returns
 * their number; 0 when the peer has gone, -1 when nothing has arrived. */
ssize_t shot_socket_peek(int fd, char *bytes, size_t size);

#endif
