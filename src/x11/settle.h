/* Waits until the program that receives the keys has read its events: a program looks keys up in
 * the keyboard's map only then. */
#ifndef SHOT_X11_SETTLE_H
#define SHOT_X11_SETTLE_H

#include <stdbool.h>

#include "x11/input_library.h"

struct shot_settler {
	xcb_connection_t *xcb;
	xcb_window_t root;
	const struct shot_input_library *library;
	xcb_atom_t protocols, ping;
	bool is_local;	/* the server's clients may be processes of this machine */
	uint32_t stamp; /* of the latest question */
};

/* Begin on a connection whose events no other code reads. */
void shot_settler_begin(struct shot_settler *settler, const struct shot_input_library *library,
	xcb_connection_t *xcb, xcb_window_t root, bool is_local);

/* Ask the program whose window has the focus, where it says that it answers (_NET_WM_PING), and
 * wait for that for at most ten seconds. Else wait as long until its process sleeps, where that is
 * known; else for `blind` seconds. */
void shot_settle(struct shot_settler *settler, double blind);

#endif
