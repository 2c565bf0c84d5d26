/* The names that window managers and windows use for their properties (EWMH), as this server's
 * numbers. */
#ifndef SHOT_X11_ATOMS_H
#define SHOT_X11_ATOMS_H

#include "x11/batch.h"

enum shot_atom {
	SHOT_ATOM_ACTIVE_WINDOW,
	SHOT_ATOM_CLIENT_LIST,
	SHOT_ATOM_CLIENT_LIST_STACKING,
	SHOT_ATOM_SUPPORTING_WM_CHECK,
	SHOT_ATOM_GTK_FRAME_EXTENTS,
	SHOT_ATOM_NET_WM_NAME,
	SHOT_ATOM_NET_WM_PID,
	SHOT_ATOM_UTF8_STRING,
	SHOT_ATOM_WM_STATE,
	SHOT_ATOM_COUNT,
};

struct shot_atoms {
	bool are_known;
	xcb_atom_t ids[SHOT_ATOM_COUNT];
};

/* Request all of them, as the first answers of an empty batch; and read them after the answers have
 * arrived.
 */
void shot_atoms_ask(struct shot_batch *batch, xcb_connection_t *xcb);
void shot_atoms_read(struct shot_atoms *atoms, const struct shot_batch *batch);

#endif
