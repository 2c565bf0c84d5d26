/* The query that asks for the layout without blocking (RandR 1.5 monitors, else CRTCs, else the
 * root alone). A monitor's name is the product name in its EDID, else RandR's; its id the output's
 * XID, else the atom of RandR's name. */
#ifndef SHOT_X11_LAYOUT_H
#define SHOT_X11_LAYOUT_H

#include <xcb/randr.h>
#include <xcb/xcb.h>

#include "base/error.h"
#include "base/poll.h"
#include "capture/layout.h"
#include "x11/batch.h"

/* A query in progress; its fields are layout.c's own. */
struct shot_layout_query {
	enum { SHOT_QUERY_IDLE, SHOT_QUERY_LIST, SHOT_QUERY_CRTCS, SHOT_QUERY_DETAILS } step;
	xcb_window_t root;
	unsigned randr_minor;
	struct shot_batch batch;
	int geometry, list, primary, edid_atom; /* answers of the first step, -1 for not asked */
	xcb_atom_t edid;			/* 0 when the server has none */
	xcb_randr_output_t primary_output;
	struct {
		xcb_randr_output_t output;  /* 0 for none */
		int crtc, name, info, edid; /* answers of later steps */
	} asked[SHOT_MONITORS];
	struct shot_layout next; /* filled while asking */
};

/* Send the first questions about `root`. `randr_minor` is the negotiated minor version of RandR 1,
 * 0 for none. The query must be idle (zeroed, or finished). */
void shot_layout_begin(struct shot_layout_query *query, xcb_connection_t *xcb, xcb_window_t root,
	unsigned randr_minor);

/* Take in answers and ask on. Done: `layout` is up to date and the query idle. Failed: ELOST. */
enum shot_poll shot_layout_poll(struct shot_layout_query *query, xcb_connection_t *xcb,
	struct shot_layout *layout, struct shot_error *err);

/* Forget what is still to come. An idle query is allowed. */
void shot_layout_cancel(struct shot_layout_query *query, xcb_connection_t *xcb);

#endif
