#include "x11/authority.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <X11/X.h>

#define COOKIE "MIT-MAGIC-COOKIE-1"
#define XDM "XDM-AUTHORIZATION-1" /* an encrypted cookie, which libxcb can make */

/* The file's name of a machine: the address of a remote server, or this machine's name. */
struct machine {
	unsigned short family;
	char name[256];
	size_t length;
};

static void name_this(struct machine *machine)
{
	machine->family = FamilyLocal;
	if (gethostname(machine->name, sizeof machine->name) < 0) {
		machine->name[0] = '\0';
	}
	machine->name[sizeof machine->name - 1] = '\0';
	machine->length = strlen(machine->name);
}

static void name_address(
	struct machine *machine, unsigned short family, const void *address, size_t length)
{
	machine->family = family;
	memcpy(machine->name, address, length);
	machine->length = length;
}

static void name_peer(struct machine *machine, int fd)
{
	struct sockaddr_storage peer = {0};
	socklen_t size = sizeof peer;
	const struct sockaddr_in *four = (const void *)&peer;
	const struct sockaddr_in6 *six = (const void *)&peer;
	if (getpeername(fd, (struct sockaddr *)&peer, &size) < 0) {
		name_this(machine);
	} else if (peer.ss_family == AF_INET && ntohl(four->sin_addr.s_addr) >> 24 != 127) {
		name_address(machine, FamilyInternet, &four->sin_addr, 4);
	} else if (peer.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) &&
		   six->sin6_addr.s6_addr[12] != 127) {
		name_address(machine, FamilyInternet, &six->sin6_addr.s6_addr[12], 4);
	} else if (peer.ss_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) &&
		   !IN6_IS_ADDR_LOOPBACK(&six->sin6_addr)) {
		name_address(machine, FamilyInternet6, &six->sin6_addr, 16);
	} else {
		name_this(machine);
	}
}

void shot_authority_find(struct shot_authority *authority, int fd, int number)
{
	char *kinds[] = {(char[]){COOKIE}, (char[]){XDM}};
	const int lengths[] = {sizeof COOKIE - 1, sizeof XDM - 1};
	const char *file = XauFileName();
	struct machine machine;
	struct stat about;
	char display[16];
	*authority = (struct shot_authority){0};
	if (!file) {
		authority->problem = strerror(ENOENT);
		return;
	}
	snprintf(authority->file, sizeof authority->file, "%s", file);
	if (stat(file, &about) < 0 || access(file, R_OK) < 0) {
		authority->problem = strerror(errno);
		return;
	}
	if (!S_ISREG(about.st_mode)) { /* a device or a pipe may not end */
		authority->problem = "it is not a regular file";
		return;
	}
	name_peer(&machine, fd);
	int length = snprintf(display, sizeof display, "%d", number);
	authority->cookie = XauGetBestAuthByAddr(machine.family, (unsigned short)machine.length,
		machine.name, (unsigned short)length, display, 2, kinds, lengths);
	authority->is_xdm = authority->cookie && authority->cookie->name_length == sizeof XDM - 1;
}

void shot_authority_finish(struct shot_authority *authority)
{
	if (authority->cookie) {
		XauDisposeAuth(authority->cookie);
		authority->cookie = NULL;
	}
}
