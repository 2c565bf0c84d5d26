#include "wayland/output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "wayland/library.h"

#include <wayland-client-protocol.h>
#include "wayland/mirror.h"
#include "wayland/tile.h"
#include "wayland/upright.h"
#include <xdg-output-unstable-v1-client-protocol.h>

#define SLOWEST 1000	   /* frames in 1000 seconds: a rate below is none of a screen */
#define FARTHEST (1 << 20) /* pixels from the root's corner to an output */

/* Copies a text of the compositor, as far as it fits, without control characters. */
static void set_text(char *to, const char *text)
{
	size_t used = 0;
	for (; *text && used < SHOT_NAME - 1; text++) {
		unsigned char byte = (unsigned char)*text;
		to[used++] = byte < 0x20 || byte >= 0x7f ? '?' : (char)byte;
	}
	to[used] = '\0';
}

static void heard(struct shot_wayland_output *output)
{
	output->wayland->source.is_stale = true;
	output->wayland->source.changes++;
}

static void on_geometry(void *data, struct wl_output *proxy, int32_t x, int32_t y, int32_t mm_width,
	int32_t mm_height, int32_t subpixel, const char *make, const char *model, int32_t transform)
{
	struct shot_wayland_output *output = data;
	(void)proxy, (void)subpixel;
	if (!output->has_logical) {
		output->logical.x = x;
		output->logical.y = y;
	}
	output->mm_width = mm_width > 0 ? mm_width : 0;
	output->mm_height = mm_height > 0 ? mm_height : 0;
	set_text(output->make, make);
	set_text(output->model, model);
	output->transform = shot_wayland_transform((uint32_t)transform);
	heard(output);
}

static void on_mode(void *data, struct wl_output *proxy, uint32_t flags, int32_t width,
	int32_t height, int32_t refresh)
{
	struct shot_wayland_output *output = data;
	(void)proxy;
	if (flags & WL_OUTPUT_MODE_CURRENT) {
		output->width = width;
		output->height = height;
		output->refresh = refresh;
		heard(output);
	}
}

static void on_done(void *data, struct wl_output *proxy)
{
	(void)proxy;
	heard(data);
}

static void on_scale(void *data, struct wl_output *proxy, int32_t factor)
{
	struct shot_wayland_output *output = data;
	(void)proxy;
	output->scale = factor > 0 ? factor : 1;
	heard(output);
}

static void on_name(void *data, struct wl_output *proxy, const char *name)
{
	(void)proxy;
	set_text(((struct shot_wayland_output *)data)->name, name);
}

static void on_description(void *data, struct wl_output *proxy, const char *description)
{
	(void)data, (void)proxy, (void)description;
}

static const struct wl_output_listener listener = {.geometry = on_geometry,
	.mode = on_mode,
	.done = on_done,
	.scale = on_scale,
	.name = on_name,
	.description = on_description};

static void on_logical_position(void *data, struct zxdg_output_v1 *xdg, int32_t x, int32_t y)
{
	struct shot_wayland_output *output = data;
	(void)xdg;
	output->has_logical = true;
	output->logical.x = x;
	output->logical.y = y;
	heard(output);
}

static void on_logical_size(void *data, struct zxdg_output_v1 *xdg, int32_t width, int32_t height)
{
	struct shot_wayland_output *output = data;
	(void)xdg;
	output->logical.width = width;
	output->logical.height = height;
	heard(output);
}

static void on_xdg_done(void *data, struct zxdg_output_v1 *xdg)
{
	(void)data, (void)xdg;
}

static void on_xdg_name(void *data, struct zxdg_output_v1 *xdg, const char *name)
{
	(void)xdg;
	set_text(((struct shot_wayland_output *)data)->name, name);
}

static void on_xdg_description(void *data, struct zxdg_output_v1 *xdg, const char *description)
{
	(void)data, (void)xdg, (void)description;
}

static const struct zxdg_output_v1_listener xdg_listener = {.logical_position = on_logical_position,
	.logical_size = on_logical_size,
	.done = on_xdg_done,
	.name = on_xdg_name,
	.description = on_xdg_description};

void shot_wayland_outputs_ask_place(struct shot_wayland *wayland)
{
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		if (wayland->xdg_outputs && !it->xdg) {
			it->xdg = zxdg_output_manager_v1_get_xdg_output(
				wayland->xdg_outputs, it->proxy);
			zxdg_output_v1_add_listener(it->xdg, &xdg_listener, it);
		}
	}
}

bool shot_wayland_output_add(struct shot_wayland *wayland, uint32_t id, uint32_t version)
{
	struct shot_wayland_output *output = calloc(1, sizeof *output);
	if (!output) {
		return false;
	}
	output->wayland = wayland;
	output->id = id;
	output->scale = 1;
	output->proxy = wl_registry_bind(
		wayland->registry, id, &wl_output_interface, version < 4 ? version : 4);
	wl_output_add_listener(output->proxy, &listener, output);
	struct shot_wayland_output **end = &wayland->outputs;
	while (*end) {
		end = &(*end)->next;
	}
	*end = output;
	shot_wayland_outputs_ask_place(wayland);
	return true;
}

static void destroy(struct shot_wayland_output *output)
{
	shot_wayland_mirror_stop(output);
	if (output->xdg) {
		zxdg_output_v1_destroy(output->xdg);
	}
	if (wl_output_get_version(output->proxy) >= WL_OUTPUT_RELEASE_SINCE_VERSION) {
		wl_output_release(output->proxy);
	} else {
		wl_output_destroy(output->proxy);
	}
	free(output);
}

void shot_wayland_output_remove(struct shot_wayland *wayland, uint32_t id)
{
	for (struct shot_wayland_output **at = &wayland->outputs; *at; at = &(*at)->next) {
		struct shot_wayland_output *output = *at;
		if (output->id == id) {
			*at = output->next;
			heard(output);
			shot_wayland_captures_leave(wayland, output);
			destroy(output);
			return;
		}
	}
}

void shot_wayland_outputs_free(struct shot_wayland *wayland)
{
	while (wayland->outputs) {
		struct shot_wayland_output *output = wayland->outputs;
		wayland->outputs = output->next;
		destroy(output);
	}
}

/* Tells whether the pixels arrive turned by a quarter, with width and height exchanged. */
static bool is_turned(const struct shot_wayland_output *output)
{
	return output->transform & 1; /* 90, 270 and their flipped ones have odd numbers */
}

/* The output's size in upright pixels. */
static struct shot_rect upright(const struct shot_wayland_output *output)
{
	bool turned = is_turned(output);
	return (struct shot_rect){.width = turned ? output->height : output->width,
		.height = turned ? output->width : output->height};
}

/* The pixels of a logical unit. */
static double scale_of(const struct shot_wayland_output *output)
{
	return output->has_logical && output->logical.width > 0
		       ? (double)upright(output).width / output->logical.width
		       : output->scale;
}

/* The scale that is set. Compositors keep it in steps, as wp-fractional-scale-v1 reports it to
 * windows, and round the logical size: the step that explains this size is meant. */
static double set_scale(const struct shot_wayland_output *output)
{
	const double steps = 120;
	double scale = scale_of(output), step = round(scale * steps) / steps;
	struct shot_rect rect = upright(output);
	bool fits = fabs(rect.width / step - output->logical.width) < 1 &&
		    fabs(rect.height / step - output->logical.height) < 1;
	return fits ? step : scale;
}

static bool is_known(const struct shot_wayland_output *output)
{
	return output->width > 0 && output->height > 0 && output->width <= INT16_MAX &&
	       output->height <= INT16_MAX;
}

static void describe(const struct shot_wayland_output *output, struct shot_monitor *monitor)
{
	static const char *const transforms[] = {"normal", "90", "180", "270", "flipped",
		"flipped-90", "flipped-180", "flipped-270"};
	unsigned transform = (unsigned)output->transform;
	*monitor = (struct shot_monitor){.rect = output->rect,
		.scale = set_scale(output),
		.transform = transform < sizeof transforms / sizeof *transforms
				     ? transforms[transform]
				     : NULL,
		.mm_width = output->mm_width,
		.mm_height = output->mm_height,
		.id = output->id};
	if (output->name[0]) {
		memcpy(monitor->output, output->name, sizeof monitor->output);
	} else {
		snprintf(monitor->output, sizeof monitor->output, "output-%u", output->id);
	}
	/* Compositors report an unknown make or model as "Unknown" or empty. */
	bool knows = output->model[0] && strcmp(output->make, "Unknown") != 0 &&
		     strcmp(output->make, "headless") != 0;
	if (knows) {
		snprintf(monitor->name, sizeof monitor->name, "%.30s %.30s", output->make,
			output->model);
	} else {
		memcpy(monitor->name, monitor->output, sizeof monitor->name);
	}
}

/* The time between two frames of the output; 0: unknown. */
static int64_t frame_ns(const struct shot_wayland_output *output)
{
	return output->refresh >= SLOWEST ? INT64_C(1000) * SHOT_NS_PER_S / output->refresh : 0;
}

/* From left to right, and from top to bottom: compositors announce them in any order. */
static void sort(struct shot_layout *layout)
{
	for (size_t i = 1; i < layout->count; i++) {
		struct shot_monitor monitor = layout->monitors[i];
		size_t at = i;
		for (; at > 0; at--) {
			const struct shot_rect *before = &layout->monitors[at - 1].rect;
			if (before->x < monitor.rect.x ||
				(before->x == monitor.rect.x && before->y <= monitor.rect.y)) {
				break;
			}
			layout->monitors[at] = layout->monitors[at - 1];
		}
		layout->monitors[at] = monitor;
	}
}

/* A coordinate on the root, limited so that no compositor can cause an overflow. */
static int32_t place(int32_t logical, int32_t first, double scale)
{
	return (int32_t)lround(fmin(((double)logical - first) * scale, FARTHEST));
}

bool shot_wayland_outputs_arrange(struct shot_wayland *wayland)
{
	double scale = 0;
	int32_t left = INT32_MAX, top = INT32_MAX;
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		if (is_known(it)) {
			scale = fmax(scale, scale_of(it));
			left = it->logical.x < left ? it->logical.x : left;
			top = it->logical.y < top ? it->logical.y : top;
		}
	}
	struct shot_layout *layout = &wayland->source.layout;
	*layout = (struct shot_layout){0};
	wayland->source.frame_ns = 0;
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		it->rect = (struct shot_rect){0};
		if (!is_known(it) || layout->count == SHOT_MONITORS) {
			continue;
		}
		it->rect = upright(it);
		it->rect.x = place(it->logical.x, left, scale);
		it->rect.y = place(it->logical.y, top, scale);
		describe(it, &layout->monitors[layout->count++]);
		if (frame_ns(it) > wayland->source.frame_ns) {
			wayland->source.frame_ns = frame_ns(it);
		}
		int32_t right = it->rect.x + it->rect.width, bottom = it->rect.y + it->rect.height;
		layout->root.width = right > layout->root.width ? right : layout->root.width;
		layout->root.height = bottom > layout->root.height ? bottom : layout->root.height;
	}
	sort(layout);
	return layout->count > 0;
}

enum { PARTS = 256 }; /* of a logical unit */

/* The output in logical units. */
static struct shot_rect logical_of(const struct shot_wayland_output *output)
{
	struct shot_rect logical = output->logical;
	if (!output->has_logical || logical.width <= 0 || logical.height <= 0) {
		logical.width = output->rect.width / output->scale;
		logical.height = output->rect.height / output->scale;
	}
	return logical;
}

/* Limited, as in place(). */
static uint32_t parts(double logical)
{
	return (uint32_t)(fmin(logical, FARTHEST) * PARTS);
}

bool shot_wayland_outputs_find(
	const struct shot_wayland *wayland, int32_t x, int32_t y, struct shot_wayland_spot *spot)
{
	double left = HUGE_VAL, top = HUGE_VAL, right = -HUGE_VAL, bottom = -HUGE_VAL;
	const struct shot_wayland_output *found = NULL;
	for (const struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		if (!shot_rect_is_empty(it->rect)) {
			struct shot_rect logical = logical_of(it);
			left = fmin(left, logical.x);
			top = fmin(top, logical.y);
			right = fmax(right, (double)logical.x + logical.width);
			bottom = fmax(bottom, (double)logical.y + logical.height);
			bool is_it = shot_rect_contains(it->rect, (struct shot_rect){x, y, 1, 1});
			found = is_it ? it : found;
		}
	}
	if (!found) {
		return false;
	}
	struct shot_rect logical = logical_of(found), rect = found->rect;
	double across = ((double)x - rect.x + 0.5) * logical.width / rect.width;
	double down = ((double)y - rect.y + 0.5) * logical.height / rect.height;
	*spot = (struct shot_wayland_spot){
		.x = parts(logical.x - left + across),
		.y = parts(logical.y - top + down),
		.width = parts(right - left),
		.height = parts(bottom - top),
	};
	return true;
}
