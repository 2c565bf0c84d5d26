/* Those who want to know what is drawn: watches, and the account of the whole root that captures
 * with damage = true follow. */
#ifndef SHOT_WAYLAND_EYE_H
#define SHOT_WAYLAND_EYE_H

#include "wayland/connection.h"
#include "wayland/rects.h"

struct shot_wayland_eye {
	struct shot_wayland_eye *next;
	struct shot_rect rect;		 /* of the root; what is drawn elsewhere does not matter */
	struct shot_wayland_rects drawn; /* since it was last asked */
	bool is_settled;		 /* what was on the outputs before it is accounted for */
	bool wants_first; /* also what is on an output that is there for the first time */
	bool *is_due;	  /* set when something is drawn; NULL: nobody minds */
};

/* Something was drawn, or (`is_first`) an output is seen for the first time. */
void shot_wayland_eyes_note(struct shot_wayland *wayland, struct shot_rect rect, bool is_first);

/* Whether outputs are still to be seen for the first time. */
void shot_wayland_eyes_settle(struct shot_wayland *wayland, bool is_awaited);

/* Put an eye into the list, all of whose rectangle counts as drawn; and take it out. */
void shot_wayland_eye_open(struct shot_wayland *wayland, struct shot_wayland_eye *eye);
void shot_wayland_eye_close(struct shot_wayland *wayland, struct shot_wayland_eye *eye);

/* Move what was drawn into `region`. False: ENOMEM. */
bool shot_wayland_eye_take(
	struct shot_wayland_eye *eye, struct shot_region *region, struct shot_error *err);

#endif
