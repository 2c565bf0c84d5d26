#include "x11/atoms.h"

#include <string.h>

static const char *const names[SHOT_ATOM_COUNT] = {
	[SHOT_ATOM_ACTIVE_WINDOW] = "_NET_ACTIVE_WINDOW",
	[SHOT_ATOM_CLIENT_LIST] = "_NET_CLIENT_LIST",
	[SHOT_ATOM_CLIENT_LIST_STACKING] = "_NET_CLIENT_LIST_STACKING",
	[SHOT_ATOM_SUPPORTING_WM_CHECK] = "_NET_SUPPORTING_WM_CHECK",
	[SHOT_ATOM_GTK_FRAME_EXTENTS] = "_GTK_FRAME_EXTENTS",
	[SHOT_ATOM_NET_WM_NAME] = "_NET_WM_NAME",
	[SHOT_ATOM_NET_WM_PID] = "_NET_WM_PID",
	[SHOT_ATOM_UTF8_STRING] = "UTF8_STRING",
	[SHOT_ATOM_WM_STATE] = "WM_STATE",
};

void shot_atoms_ask(struct shot_batch *batch, xcb_connection_t *xcb)
{
	for (int i = 0; i < SHOT_ATOM_COUNT; i++) {
		uint16_t length = (uint16_t)strlen(names[i]);
		shot_batch_add(batch, xcb, xcb_intern_atom(xcb, 0, length, names[i]).sequence);
	}
}

void shot_atoms_read(struct shot_atoms *atoms, const struct shot_batch *batch)
{
	atoms->are_known = true;
	for (int i = 0; i < SHOT_ATOM_COUNT; i++) {
		const xcb_intern_atom_reply_t *reply =
			(size_t)i < batch->count ? shot_batch_reply(batch, i) : NULL;
		atoms->ids[i] = reply ? reply->atom : XCB_ATOM_NONE;
		atoms->are_known &= reply != NULL;
	}
}
