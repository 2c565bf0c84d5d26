#include "wayland/eye.h"

#include <string.h>

void shot_wayland_eyes_note(struct shot_wayland *wayland, struct shot_rect rect, bool is_first)
{
	for (struct shot_wayland_eye *it = wayland->eyes; it; it = it->next) {
		struct shot_rect inside = shot_rect_intersect(rect, it->rect);
		if (shot_rect_is_empty(inside) || (is_first && !it->wants_first)) {
			continue;
		}
		shot_wayland_rects_add(&it->drawn, inside);
		if (it->is_due) {
			*it->is_due = true;
		}
	}
}

void shot_wayland_eyes_settle(struct shot_wayland *wayland, bool is_awaited)
{
	for (struct shot_wayland_eye *it = wayland->eyes; it; it = it->next) {
		it->is_settled |= !is_awaited;
	}
}

void shot_wayland_eye_open(struct shot_wayland *wayland, struct shot_wayland_eye *eye)
{
	shot_wayland_rects_add(&eye->drawn, eye->rect);
	eye->next = wayland->eyes;
	wayland->eyes = eye;
}

void shot_wayland_eye_close(struct shot_wayland *wayland, struct shot_wayland_eye *eye)
{
	struct shot_wayland_eye **at = &wayland->eyes;
	while (*at != eye) {
		at = &(*at)->next;
	}
	*at = eye->next;
}

bool shot_wayland_eye_take(
	struct shot_wayland_eye *eye, struct shot_region *region, struct shot_error *err)
{
	if (!shot_region_resize(region, eye->drawn.count, err)) {
		return false;
	}
	if (eye->drawn.count > 0) {
		memcpy(region->rects, eye->drawn.list, eye->drawn.count * sizeof *eye->drawn.list);
	}
	eye->drawn.count = 0;
	if (eye->is_due) {
		*eye->is_due = false;
	}
	return true;
}
