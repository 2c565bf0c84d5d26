#include "capture/layout.h"

#include <string.h>

const struct shot_monitor *shot_layout_find(
	const struct shot_layout *layout, const char *name, unsigned *count)
{
	static const size_t names[] = {offsetof(struct shot_monitor, output),
		offsetof(struct shot_monitor, label), offsetof(struct shot_monitor, name)};
	const struct shot_monitor *found = NULL;
	*count = 0;
	for (size_t n = 0; n < sizeof names / sizeof *names && !found; n++) {
		for (size_t i = 0; i < layout->count; i++) {
			const struct shot_monitor *monitor = &layout->monitors[i];
			if (strcmp((const char *)monitor + names[n], name) == 0 &&
				(!found || !shot_rect_equal(found->rect, monitor->rect))) {
				found = found ? found : monitor;
				++*count;
			}
		}
	}
	return found;
}

const struct shot_monitor *shot_layout_at(const struct shot_layout *layout, int32_t x, int32_t y)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (shot_rect_contains(layout->monitors[i].rect, (struct shot_rect){x, y, 1, 1})) {
			return &layout->monitors[i];
		}
	}
	return shot_layout_primary(layout);
}

const struct shot_monitor *shot_layout_primary(const struct shot_layout *layout)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (layout->monitors[i].primary) {
			return &layout->monitors[i];
		}
	}
	return &layout->monitors[0];
}
