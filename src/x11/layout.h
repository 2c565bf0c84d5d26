/* Queries the layout without blocking: RandR 1.5's monitors, else CRTCs, and Xinerama's further
 * heads; else the root alone. A monitor's name is the product name in its EDID, its label RandR's
 * name; its id the output's XID, else the atom of that name. */
#ifndef SHOT_X11_LAYOUT_H
#define SHOT_X11_LAYOUT_H

#include <xcb/randr.h>
#include <xcb/xcb.h>

#include "base/error.h"
#include "base/poll.h"
#include "capture/layout.h"
#include "x11/batch.h"

/* The server of a query. */
struct shot_layout_server {
	xcb_window_t root;
	unsigned randr_minor; /* the version of RandR 1 as negotiated, 0 for none */
	bool has_xinerama;
};

/* A query in progress; its fields are layout.c's own. */
struct shot_layout_query {
	enum { SHOT_QUERY_IDLE, SHOT_QUERY_LIST, SHOT_QUERY_CRTCS, SHOT_QUERY_DETAILS } step;
	const struct shot_layout_server *server;
	struct shot_batch batch;
	int geometry, list, primary, heads, edid_atom; /* the first step's, -1 for not asked */
	xcb_atom_t edid;			       /* 0 when the server has none */
	xcb_randr_output_t primary_output;
	struct {
		xcb_randr_output_t output;  /* 0 for none */
		int crtc, name, info, edid; /* answers of later steps */
	} asked[SHOT_MONITORS];
	struct shot_layout next; /* filled while asking */
};

/* Send the first questions to `server`, which must not move until the query is idle. The query must
 * be idle now (zeroed or finished). */
void shot_layout_begin(struct shot_layout_query *query, xcb_connection_t *xcb,
	const struct shot_layout_server *server);

/* Read answers and ask further. Done: `layout` is up to date and the query idle. Failed: ELOST. */
enum shot_poll shot_layout_poll(struct shot_layout_query *query, xcb_connection_t *xcb,
	struct shot_layout *layout, struct shot_error *err);

/* Discard the outstanding answers. An idle query is allowed. */
void shot_layout_cancel(struct shot_layout_query *query, xcb_connection_t *xcb);

#endif
