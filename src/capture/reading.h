/* Several parts on their way into one buffer. All are sent before the first reply is read, and all
 * replies are read before anybody else may have the buffer, also when one of them is a refusal. */
#ifndef SHOT_CAPTURE_READING_H
#define SHOT_CAPTURE_READING_H

#include "capture/part.h"

struct shot_reading {
	struct shot_part *parts; /* the caller's, with their places in the buffer */
	unsigned count;
	unsigned sent, answered;
	enum shot_part_state state; /* of the first part that did not come in, else SHOT_PART_IN */
	struct shot_error err;	    /* why */
};

/* Send all parts; the caller flushes. */
void shot_reading_send(struct shot_reading *reading, struct shot_display *display,
	xcb_drawable_t drawable, const struct shot_attachment *into);

/* Take in what has arrived: SHOT_PART_WAITING until all replies are read, then what they come to.
 */
enum shot_part_state shot_reading_poll(struct shot_reading *reading, struct shot_display *display,
	const struct shot_attachment *into);

/* Whether replies are still to come. */
bool shot_reading_is_awaited(const struct shot_reading *reading);

#endif
