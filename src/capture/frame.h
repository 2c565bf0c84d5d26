/* One capture: a view of the slot that the server wrote, with its place and time. A frame points at
 * neither pool nor display, so any thread can release it at any time. */
#ifndef SHOT_CAPTURE_FRAME_H
#define SHOT_CAPTURE_FRAME_H

#include "image/view.h"

#define SHOT_FRAME_SOURCE 64

#define SHOT_CHANGES 16 /* rectangles; more changes count as the whole frame */

/* Rectangles of a frame, relative to it. Redrawing the same content counts as a change. */
struct shot_changes {
	int count;
	struct shot_rect rects[SHOT_CHANGES];
};

struct shot_frame {
	struct shot_view view; /* holds the reference; dropping it releases the frame */
	int32_t x, y;	       /* of its top-left pixel on the root window */
	uint64_t sequence;     /* counts the captures of its display from 1; 0 for other pictures */
	int64_t time_ns, wall_ns; /* when the request was sent: monotonic, and since the epoch */
	char source[SHOT_FRAME_SOURCE]; /* "root", the monitor's output, or the window's title */
	uint32_t window;		/* the window of the picture; 0 for none */
	double dots_per_mm_x, dots_per_mm_y; /* 0 when unknown */

	/* The changes since the display's previous capture of the same rectangle; NULL when changes
	 * are not followed. Lives as long as the view's reference. */
	const struct shot_changes *changes;
};

#endif
