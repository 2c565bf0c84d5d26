#define _GNU_SOURCE
#include "capture/request_aim.h"

#include <string.h>

#include "capture/request_state.h"

static void fill_frame(struct shot_request_item *item, const struct shot_place *place)
{
	struct shot_rect rect = place->rect;
	item->frame = (struct shot_frame){
		.view = {.width = rect.width,
			.height = rect.height,
			.stride = (size_t)rect.width * 4,
			.format = SHOT_FORMAT_BGRX},
		.x = rect.x,
		.y = rect.y,
		.dots_per_mm_x = place->dots_per_mm_x,
		.dots_per_mm_y = place->dots_per_mm_y,
	};
	memccpy(item->frame.source, place->source, '\0', sizeof item->frame.source - 1);
	if (item->target.kind == SHOT_TARGET_WINDOW) {
		item->frame.window = item->target.window;
	}
}

static bool find_place(const struct shot_request *request, unsigned i, struct shot_place *place,
	struct shot_error *err)
{
	const struct shot_surroundings around = {
		.pointer_x = request->pointer_x,
		.pointer_y = request->pointer_y,
		.sight = request->seek ? shot_seek_sight(request->seek, i) : NULL,
	};
	return shot_target_resolve(
		&request->items[i].target, &request->grabber->display->layout, &around, place, err);
}

/* Say where the pixels are: on the root, or in the pixmap of a window. */
static void aim_part(struct shot_request *request, unsigned i, struct shot_rect rect)
{
	struct shot_part *part = &request->fetch.reading.parts[i];
	*part = (struct shot_part){.rect = rect};
	if (request->items[i].target.is_obscured) {
		const struct shot_sight *sight = shot_seek_sight(request->seek, i);
		part->rect.x -= sight->outside.x;
		part->rect.y -= sight->outside.y;
		part->behind = (struct shot_behind){.window = sight->top,
			.pixmap = shot_redirects_name(
				&request->grabber->redirects, request->grabber->display->xcb),
			.visual = sight->visual};
	}
}

/* Find every target on the layout at hand. */
bool shot_request_aim(struct shot_request *request, struct shot_error *err)
{
	for (unsigned i = 0; i < request->count; i++) {
		struct shot_place place;
		if (!find_place(request, i, &place, err)) {
			return false;
		}
		aim_part(request, i, place.rect);
		fill_frame(&request->items[i], &place);
	}
	return true;
}

/* Whether the layout, just read anew, still puts every target where it was captured. */
bool shot_request_is_in_place(const struct shot_request *request)
{
	for (unsigned i = 0; i < request->count; i++) {
		struct shot_place place;
		struct shot_error ignored;
		const struct shot_frame *frame = &request->items[i].frame;
		struct shot_rect before = {
			frame->x, frame->y, frame->view.width, frame->view.height};
		if (!find_place(request, i, &place, &ignored) ||
			!shot_rect_equal(place.rect, before)) {
			return false;
		}
	}
	return true;
}
