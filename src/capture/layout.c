#include "capture/layout.h"

#include <string.h>

const struct shot_monitor *shot_layout_find(const struct shot_layout *layout, const char *name)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (strcmp(layout->monitors[i].output, name) == 0) {
			return &layout->monitors[i];
		}
	}
	for (size_t i = 0; i < layout->count; i++) {
		if (strcmp(layout->monitors[i].name, name) == 0) {
			return &layout->monitors[i];
		}
	}
	return NULL;
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
