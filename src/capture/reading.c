#include "capture/reading.h"

void shot_reading_send(struct shot_reading *reading, struct shot_display *display,
	xcb_drawable_t drawable, const struct shot_attachment *into)
{
	for (unsigned i = 0; i < reading->count; i++) {
		shot_part_send(&reading->parts[i], display, drawable, into);
	}
	reading->sent = reading->count;
	reading->answered = 0;
	reading->state = SHOT_PART_IN;
}

enum shot_part_state shot_reading_poll(struct shot_reading *reading, struct shot_display *display,
	const struct shot_attachment *into)
{
	while (shot_reading_is_awaited(reading)) {
		struct shot_error err;
		enum shot_part_state state =
			shot_part_poll(&reading->parts[reading->answered], display, into, &err);
		if (state == SHOT_PART_WAITING) {
			return state;
		}
		if (state != SHOT_PART_IN && reading->state == SHOT_PART_IN) {
			reading->state = state;
			reading->err = err;
		}
		reading->answered++;
	}
	return reading->state;
}

bool shot_reading_is_awaited(const struct shot_reading *reading)
{
	return reading->answered < reading->sent;
}
