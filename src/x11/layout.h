/* The root window's size and the monitors on it, as last heard from the server, and the query that
 * asks again without blocking (RandR 1.5 monitors, else CRTCs, else the root alone). */
#ifndef SHOT_X11_LAYOUT_H
#define SHOT_X11_LAYOUT_H

#include <xcb/randr.h>
#include <xcb/xcb.h>

#include "base/error.h"
#include "base/poll.h"
#include "base/rect.h"
#include "x11/batch.h"

#define SHOT_MONITORS 64 /* more than a server has outputs; the rest is not listed */
#define SHOT_NAME 64

struct shot_monitor {
	struct shot_rect rect;	/* on the root window */
	char name[SHOT_NAME];	/* the product name in its EDID, else RandR's monitor name */
	char output[SHOT_NAME]; /* "HDMI-1"; RandR's monitor name when it has no output */
	bool primary;
	int32_t mm_width, mm_height; /* 0 when unknown */
	uint32_t id;		     /* the output's XID, else the name's atom; 0 for the root */
};

struct shot_layout {
	struct shot_rect root; /* at 0,0 */
	size_t count;	       /* at least 1 */
	struct shot_monitor monitors[SHOT_MONITORS];
};

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

/* The monitor with that EDID name, RandR name or output; NULL when there is none. */
const struct shot_monitor *shot_layout_find(const struct shot_layout *layout, const char *name);

/* The monitor at a point of the root, else the primary one. */
const struct shot_monitor *shot_layout_at(const struct shot_layout *layout, int32_t x, int32_t y);

/* The primary monitor, else the first. */
const struct shot_monitor *shot_layout_primary(const struct shot_layout *layout);

#endif
