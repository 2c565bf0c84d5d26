#include "capture/target.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A line of text, cut to the room for it. */
struct list {
	char text[160];
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void append(struct list *list, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	size_t room = sizeof list->text - list->used;
	int length = vsnprintf(list->text + list->used, room, format, arguments);
	list->used += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1;
	va_end(arguments);
}

/* Appends "DP-1 (Left, ACME U49)": the output, and the monitor's other names. */
static void append_names(struct list *list, const struct shot_monitor *monitor)
{
	bool has_label = strcmp(monitor->label, monitor->output) != 0;
	bool has_name = strcmp(monitor->name, monitor->label) != 0 &&
			strcmp(monitor->name, monitor->output) != 0;
	append(list, "%s%s", list->used ? ", " : "", monitor->output);
	if (has_label || has_name) {
		append(list, " (%s%s%s)", has_label ? monitor->label : "",
			has_label && has_name ? ", " : "", has_name ? monitor->name : "");
	}
}

static bool fail_monitor(const struct shot_layout *layout, const char *name, struct shot_error *err)
{
	struct list names = {0};
	for (size_t i = 0; i < layout->count; i++) {
		append_names(&names, &layout->monitors[i]);
	}
	bool is_like_geometry = name[0] >= '0' && name[0] <= '9';
	return shot_fail(err, "ENOMONITOR", "no monitor is called '%s'%s (there are: %s)", name,
		is_like_geometry ? ", nor is it a geometry like 640x480+10+20" : "", names.text);
}

static bool fail_ambiguous(
	const struct shot_layout *layout, const char *name, unsigned count, struct shot_error *err)
{
	struct list outputs = {0};
	for (size_t i = 0; i < layout->count; i++) {
		const struct shot_monitor *monitor = &layout->monitors[i];
		if (strcmp(monitor->name, name) == 0 || strcmp(monitor->label, name) == 0) {
			append(&outputs, "%s%s", outputs.used ? ", " : "", monitor->output);
		}
	}
	return shot_fail(err, "EAMBIGUOUS",
		"%u monitors are called '%s': name the output, one of %s", count, name,
		outputs.text);
}

static bool find_named(const struct shot_layout *layout, const char *name,
	const struct shot_monitor **monitor, struct shot_error *err)
{
	unsigned count;
	*monitor = shot_layout_find(layout, name, &count);
	if (!*monitor) {
		return fail_monitor(layout, name, err);
	}
	return count == 1 || fail_ambiguous(layout, name, count, err);
}

static bool fail_geometry(
	struct shot_rect rect, struct shot_rect root, bool leaves, struct shot_error *err)
{
	return shot_fail(err, "EGEOMETRY", "region %d,%d %dx%d %s the %dx%d screen%s", rect.x,
		rect.y, rect.width, rect.height, leaves ? "leaves" : "lies outside", root.width,
		root.height, leaves ? "; clip = true takes the part inside" : "");
}

static bool find_monitor(const struct shot_target *target, const struct shot_layout *layout,
	const struct shot_surroundings *around, const struct shot_monitor **monitor,
	struct shot_error *err)
{
	switch (target->kind) {
	case SHOT_TARGET_MONITOR:
		return find_named(layout, target->name, monitor, err);
	case SHOT_TARGET_PRIMARY:
		*monitor = shot_layout_primary(layout);
		return true;
	case SHOT_TARGET_CURSOR:
		*monitor = shot_layout_at(layout, around->pointer_x, around->pointer_y);
		return true;
	default:
		*monitor = NULL;
		return true;
	}
}

/* The start of a length that is centered at `at`, as far as the screen allows. */
static int32_t center(int32_t at, int32_t length, int32_t limit)
{
	int32_t most = limit - length;
	int32_t wanted = at - length / 2;
	wanted = wanted < most ? wanted : most;
	return wanted > 0 ? wanted : 0;
}

/* Finds the part of the window, on the root's plane. */
static bool find_part(const struct shot_target *target, const struct shot_window_place *found,
	struct shot_rect *wanted, struct shot_error *err)
{
	struct shot_rect window = found->window.rect, part = target->rect;
	if (shot_rect_is_empty(part)) {
		*wanted = window;
		return true;
	}
	struct shot_rect whole = {0, 0, window.width, window.height};
	struct shot_rect inside = shot_rect_intersect(part, whole);
	bool is_outside = shot_rect_is_empty(inside);
	if (is_outside || (!target->clip && !shot_rect_equal(inside, part))) {
		return shot_fail(err, "EGEOMETRY", "region %d,%d %dx%d %s the %dx%d window 0x%x",
			part.x, part.y, part.width, part.height,
			is_outside ? "lies outside" : "leaves", window.width, window.height,
			found->window.id);
	}
	*wanted = (struct shot_rect){
		window.x + inside.x, window.y + inside.y, inside.width, inside.height};
	return true;
}

static bool fail_window(const struct shot_target *target, const struct shot_window_place *found,
	struct shot_rect rect, const struct shot_layout *layout, bool leaves,
	struct shot_error *err)
{
	const char *how = leaves ? "leaves" : "lies outside";
	if (target->is_obscured) {
		return shot_fail(err, "EGEOMETRY", "window 0x%x %s window 0x%x, which it lies in",
			found->window.id, how, found->surface.window);
	}
	return shot_fail(err, "EGEOMETRY",
		"window 0x%x (%d,%d %dx%d) %s the %dx%d screen; %sobscured = true takes all of it",
		found->window.id, rect.x, rect.y, rect.width, rect.height, how, layout->root.width,
		layout->root.height, leaves ? "clip = true takes the part inside, " : "");
}

static void name_window(const struct shot_window *window, char *out)
{
	if (window->title[0]) {
		/* Does not cut a character: its later bytes begin with the bits 10. */
		size_t size = strnlen(window->title, SHOT_NAME - 1);
		while (size > 0 && ((uint8_t)window->title[size] & 0xc0) == 0x80) {
			size--;
		}
		memcpy(out, window->title, size);
		out[size] = '\0';
	} else {
		snprintf(out, SHOT_NAME, "window-0x%x", window->id);
	}
}

static bool find_wanted(const struct shot_target *target, const struct shot_layout *layout,
	const struct shot_surroundings *around, struct shot_rect *wanted, struct shot_error *err)
{
	switch (target->kind) {
	case SHOT_TARGET_REGION:
		*wanted = shot_geometry_place((struct shot_geometry){target->rect,
						      target->from_right, target->from_bottom},
			layout->root);
		return true;
	case SHOT_TARGET_FOLLOW:
		*wanted = target->rect;
		wanted->x = center(around->pointer_x, wanted->width, layout->root.width);
		wanted->y = center(around->pointer_y, wanted->height, layout->root.height);
		return true;
	case SHOT_TARGET_WINDOW:
		return find_part(target, around->found, wanted, err);
	default:
		*wanted = layout->root;
		return true;
	}
}

bool shot_target_resolve(const struct shot_target *target, const struct shot_layout *layout,
	const struct shot_surroundings *around, struct shot_place *place, struct shot_error *err)
{
	const struct shot_monitor *monitor;
	struct shot_rect wanted;
	if (!find_monitor(target, layout, around, &monitor, err)) {
		return false;
	}
	if (monitor) {
		wanted = monitor->rect;
	} else if (!find_wanted(target, layout, around, &wanted, err)) {
		return false;
	}
	const struct shot_window_place *found = around->found;
	struct shot_rect plane = target->is_obscured ? found->outside : layout->root;
	struct shot_rect inside = shot_rect_intersect(wanted, plane);
	bool is_outside = shot_rect_is_empty(inside);
	if (is_outside || (!target->clip && !shot_rect_equal(inside, wanted))) {
		return found ? fail_window(target, found, wanted, layout, !is_outside, err)
			     : fail_geometry(wanted, layout->root, !is_outside, err);
	}
	*place = (struct shot_place){.rect = inside};
	if (found) {
		name_window(&found->window, place->source);
	} else {
		snprintf(place->source, sizeof place->source, "%s",
			monitor ? monitor->output : "root");
	}
	if (!monitor) {
		monitor = shot_layout_at(layout, inside.x, inside.y);
	}
	if (monitor->mm_width > 0 && monitor->mm_height > 0) {
		place->dots_per_mm_x = (double)monitor->rect.width / monitor->mm_width;
		place->dots_per_mm_y = (double)monitor->rect.height / monitor->mm_height;
	}
	return true;
}
