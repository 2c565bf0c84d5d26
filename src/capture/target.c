#include "capture/target.h"

#include <stdio.h>

static bool fail_monitor(const struct shot_layout *layout, const char *name, struct shot_error *err)
{
	char names[160] = "";
	size_t used = 0;
	for (size_t i = 0; i < layout->count && used < sizeof names; i++) {
		used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
			layout->monitors[i].output);
	}
	bool is_like_geometry = name[0] >= '0' && name[0] <= '9';
	return shot_fail(err, "ENOMONITOR", "no monitor is called '%s'%s (there are: %s)", name,
		is_like_geometry ? ", nor is it a geometry like 640x480+10+20" : "", names);
}

static bool fail_geometry(
	struct shot_rect rect, struct shot_rect root, bool leaves, struct shot_error *err)
{
	return shot_fail(err, "EGEOMETRY", "region %d,%d %dx%d %s the %dx%d screen%s", rect.x,
		rect.y, rect.width, rect.height, leaves ? "leaves" : "lies outside", root.width,
		root.height, leaves ? "; clip = true takes the part inside" : "");
}

static bool find_monitor(const struct shot_target *target, const struct shot_layout *layout,
	int32_t pointer_x, int32_t pointer_y, const struct shot_monitor **monitor,
	struct shot_error *err)
{
	switch (target->kind) {
	case SHOT_TARGET_MONITOR:
		*monitor = shot_layout_find(layout, target->name);
		return *monitor || fail_monitor(layout, target->name, err);
	case SHOT_TARGET_PRIMARY:
		*monitor = shot_layout_primary(layout);
		return true;
	case SHOT_TARGET_CURSOR:
		*monitor = shot_layout_at(layout, pointer_x, pointer_y);
		return true;
	default:
		*monitor = NULL;
		return true;
	}
}

bool shot_target_resolve(const struct shot_target *target, const struct shot_layout *layout,
	int32_t pointer_x, int32_t pointer_y, struct shot_place *place, struct shot_error *err)
{
	const struct shot_monitor *monitor;
	if (!find_monitor(target, layout, pointer_x, pointer_y, &monitor, err)) {
		return false;
	}
	struct shot_rect wanted = monitor			       ? monitor->rect
				  : target->kind == SHOT_TARGET_REGION ? target->rect
								       : layout->root;
	struct shot_rect inside = shot_rect_intersect(wanted, layout->root);
	if (shot_rect_is_empty(inside)) {
		return fail_geometry(wanted, layout->root, false, err);
	}
	if (!target->clip && !shot_rect_equal(inside, wanted)) {
		return fail_geometry(wanted, layout->root, true, err);
	}
	*place = (struct shot_place){.rect = inside, .source = monitor ? monitor->output : "root"};
	if (!monitor) {
		monitor = shot_layout_at(layout, inside.x, inside.y);
	}
	if (monitor->mm_width > 0 && monitor->mm_height > 0) {
		place->dots_per_mm_x = (double)monitor->rect.width / monitor->mm_width;
		place->dots_per_mm_y = (double)monitor->rect.height / monitor->mm_height;
	}
	return true;
}
