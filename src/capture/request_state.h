/* The struct of a request, for the files that implement it. */
#ifndef SHOT_CAPTURE_REQUEST_STATE_H
#define SHOT_CAPTURE_REQUEST_STATE_H

#include "capture/cursor.h"
#include "capture/pixels.h"
#include "capture/frame.h"
#include "capture/target.h"

enum shot_request_phase {
	SHOT_PHASE_LAYOUT,  /* the layout is being read */
	SHOT_PHASE_WINDOWS, /* the windows are being searched */
	SHOT_PHASE_POINTER, /* the pointer's place is awaited */
	SHOT_PHASE_PIXELS,  /* the server writes */
	SHOT_PHASE_CHECK, /* the pixels are there; whether the windows stayed in place is awaited */
	SHOT_PHASE_CURSOR, /* the pixels are there; the cursor's image is awaited */
	SHOT_PHASE_OVER,   /* everything is there */
};

struct shot_request_item {
	struct shot_target target;
	struct shot_frame frame; /* complete except for the memory */
};

struct shot_request {
	struct shot_grabber *grabber; /* NULL once that is closed */
	struct shot_request *next;    /* in the grabber's list */
	enum shot_request_phase phase;
	bool is_confirmed;		   /* the layout has been read again for this request */
	bool is_abandoned;		   /* the caller does not poll any more */
	struct shot_window_search *search; /* NULL without windows */
	bool has_overlay;		   /* the source draws the pointer, not luashot */
	unsigned tries;
	struct shot_cursor cursor;
	uintptr_t pointer; /* the question for the pointer, 0 for none */
	int32_t pointer_x, pointer_y;
	struct shot_pixels pixels; /* with one tile for each item */
	unsigned count;
	struct shot_request_item *items; /* after the struct in memory; the tiles follow them */
};

/* Whether a target wants the pointer in its picture. */
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
