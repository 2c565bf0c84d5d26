/* The cookie that lets a client in, as the user's file has it for a server. */
#ifndef SHOT_X11_AUTHORITY_H
#define SHOT_X11_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <X11/Xauth.h>

struct shot_authority {
	Xauth *cookie;	/* NULL: the file has none, or cannot be read */
	bool is_xdm;	/* it is the key that one is to be made of */
	int failed;	/* an errno: why the file cannot be read; 0 when it can */
	char file[128]; /* its name, for messages; empty without one */
};

/* Look up the cookie for display `number` at the other end of a connected socket. */
void shot_authority_find(struct shot_authority *authority, int fd, int number);

void shot_authority_finish(struct shot_authority *authority);

#endif
