/* The inside of a request, for the files that make it up. */
#ifndef SHOT_CAPTURE_REQUEST_STATE_H
#define SHOT_CAPTURE_REQUEST_STATE_H

#include "capture/cursor.h"
#include "capture/pixels.h"
#include "capture/frame.h"
#include "capture/target.h"

enum shot_request_phase {
	SHOT_PHASE_LAYOUT,  /* the layout is being read */
	SHOT_PHASE_WINDOWS, /* the windows are being looked for */
	SHOT_PHASE_POINTER, /* the pointer is being asked for */
	SHOT_PHASE_PIXELS,  /* the server writes */
	SHOT_PHASE_CHECK,   /* they are there; whether windows were still where they had been */
	SHOT_PHASE_CURSOR,  /* they are there, and the cursor's image is awaited */
	SHOT_PHASE_OVER,    /* all is there */
};

struct shot_request_item {
	struct shot_target target;
	struct shot_frame frame; /* all but the memory */
};

struct shot_request {
	struct shot_grabber *grabber; /* NULL once that is closed */
	struct shot_request *next;    /* in the grabber's list */
	enum shot_request_phase phase;
	bool is_confirmed;		   /* the layout has been read anew for this request */
	bool is_abandoned;		   /* nobody polls any more */
	struct shot_window_search *search; /* NULL without windows */
	bool has_overlay;		   /* the source draws the pointer, not we */
	unsigned tries;
	struct shot_cursor cursor;
	uintptr_t pointer; /* the question for the pointer, 0 for none */
	int32_t pointer_x, pointer_y;
	struct shot_pixels pixels; /* with one tile for each item */
	unsigned count;
	struct shot_request_item *items; /* behind the struct, and the tiles behind them */
};

/* Whether the pointer is to be in some of its pictures. */
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
