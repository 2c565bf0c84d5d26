/* Passes a descriptor from one process to another, over a pair of Unix sockets. */
#ifndef SHOT_PROCESS_PASS_FD_H
#define SHOT_PROCESS_PASS_FD_H

#include <stdbool.h>
#include <sys/socket.h>

/* The flags of sending, by which process/syscall_filter.h recognizes it. */
#define SHOT_PASS_FD_FLAGS (MSG_NOSIGNAL | MSG_EOR)

/* Send `fd`, which stays the caller's; false with errno. */
bool shot_pass_fd_send(int channel, int fd);

/* Receive one, close-on-exec and the caller's to close; -1 when the other end is closed, or sent
 * something else. */
int shot_pass_fd_receive(int channel);

#endif
