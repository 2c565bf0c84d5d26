/* The cookie for a server, from the user's authority file. */
#ifndef SHOT_X11_AUTHORITY_H
#define SHOT_X11_AUTHORITY_H

#include <stdbool.h>

#include <X11/Xauth.h>

struct shot_authority {
	Xauth *cookie;	     /* NULL: the file has none, or cannot be read */
	bool is_xdm;	     /* it is the key from which libxcb makes a cookie */
	const char *problem; /* why the file cannot be read; NULL on success */
	char file[128];	     /* its name, for messages; empty without one */
};

/* Look up the cookie for display `number` at the other end of a connected socket. */
void shot_authority_find(struct shot_authority *authority, int fd, int number);

/* Free the cookie. */
void shot_authority_finish(struct shot_authority *authority);

#endif
