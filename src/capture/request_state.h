/* The inside of a request, for the files that make it up. */
#ifndef SHOT_CAPTURE_REQUEST_STATE_H
#define SHOT_CAPTURE_REQUEST_STATE_H

#include "capture/cursor.h"
#include "capture/fetch.h"
#include "capture/frame.h"
#include "capture/seek.h"
#include "capture/target.h"

enum shot_request_phase {
	SHOT_PHASE_LAYOUT,  /* the layout is being read */
	SHOT_PHASE_WINDOWS, /* the windows are being looked for */
	SHOT_PHASE_POINTER, /* the pointer is being asked for */
	SHOT_PHASE_PIXELS,  /* the server writes */
	SHOT_PHASE_CHECK,   /* they are there; whether windows were still where they had been */
	SHOT_PHASE_CURSOR,  /* they are there, and the cursor's image is awaited */
};

struct shot_request_item {
	struct shot_target target;
	struct shot_frame frame; /* all but the memory */
};

struct shot_request {
	struct shot_grabber *grabber; /* NULL once that is closed */
	struct shot_request *next;    /* in the grabber's list */
	enum shot_request_phase phase;
	bool is_confirmed;	/* the layout has been read anew for this request */
	bool is_abandoned;	/* nobody polls any more */
	struct shot_seek *seek; /* NULL without windows */
	unsigned tries;
	struct shot_cursor cursor;
	unsigned pointer; /* sequence of the question for the pointer, 0 for none */
	int32_t pointer_x, pointer_y;
	struct shot_fetch fetch; /* with one part for each item */
	unsigned count;
	struct shot_request_item *items; /* behind the struct, and the parts behind them */
};

/* Whether replies are under way that somebody must read. */
static inline bool shot_request_is_awaited(const struct shot_request *request)
{
	return request->pointer || shot_fetch_is_awaited(&request->fetch);
}

static inline bool shot_request_wants_cursor(const struct shot_request *request)
{
	for (unsigned i = 0; i < request->count; i++) {
		if (request->items[i].target.cursor) {
			return true;
		}
	}
	return false;
}

#endif
