/* An eye collects the drawing in a rectangle: for a watch, or for captures with damage = true,
 * which follow the whole root. */
#ifndef SHOT_WAYLAND_EYE_H
#define SHOT_WAYLAND_EYE_H

#include "wayland/connection.h"
#include "wayland/rects.h"

struct shot_wayland_eye {
	struct shot_wayland_eye *next;
	struct shot_rect rect;		 /* on the root; drawing outside is ignored */
	struct shot_wayland_rects drawn; /* since the last question */
	bool is_settled;  /* the picture from before it was opened is accounted for */
	bool wants_first; /* the first picture of an output counts as drawn */
	bool *is_due;	  /* set when something is drawn; may be NULL */
};

/* Note that something was drawn, or (`is_first`) that an output's first picture has arrived. */
void shot_wayland_eyes_note(struct shot_wayland *wayland, struct shot_rect rect, bool is_first);

/* Note whether the first picture of any output is still awaited. */
void shot_wayland_eyes_settle(struct shot_wayland *wayland, bool is_awaited);

/* Add an eye to the list, with its whole rectangle as drawn; and remove it. */
void shot_wayland_eye_open(struct shot_wayland *wayland, struct shot_wayland_eye *eye);
void shot_wayland_eye_close(struct shot_wayland *wayland, struct shot_wayland_eye *eye);

/* Move the drawn rectangles to `region`. False: ENOMEM. */
bool shot_wayland_eye_take(
	struct shot_wayland_eye *eye, struct shot_region *region, struct shot_error *err);

#endif
