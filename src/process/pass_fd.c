#include "process/pass_fd.h"

#include <string.h>

/* Room for one descriptor and one byte; a message without a byte is not sent. */
struct letter {
	char byte;
	struct iovec io;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct msghdr message;
};

static void prepare(struct letter *letter)
{
	memset(letter, 0, sizeof *letter);
	letter->io = (struct iovec){.iov_base = &letter->byte, .iov_len = 1};
	letter->message = (struct msghdr){.msg_iov = &letter->io,
		.msg_iovlen = 1,
		.msg_control = letter->control,
		.msg_controllen = sizeof letter->control};
}

bool shot_pass_fd_send(int channel, int fd)
{
	struct letter letter;
	prepare(&letter);
	struct cmsghdr *header = CMSG_FIRSTHDR(&letter.message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	return sendmsg(channel, &letter.message, SHOT_PASS_FD_FLAGS) == 1;
}

int shot_pass_fd_receive(int channel)
{
	struct letter letter;
	prepare(&letter);
	if (recvmsg(channel, &letter.message, MSG_CMSG_CLOEXEC) != 1) {
		return -1;
	}
	const struct cmsghdr *header = CMSG_FIRSTHDR(&letter.message);
	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
		header->cmsg_len != CMSG_LEN(sizeof(int))) {
		return -1;
	}
	int fd;
	memcpy(&fd, CMSG_DATA(header), sizeof fd);
	return fd;
}
