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

const struct shot_window_place *shot_request_window(const struct shot_request *request, unsigned i)
{
	return request->search ? request->grabber->source->kind->search_place(request->search, i)
			       : NULL;
}

static bool find_place(const struct shot_request *request, unsigned i, struct shot_place *place,
	struct shot_error *err)
{
	const struct shot_surroundings around = {
		.pointer_x = request->pointer_x,
		.pointer_y = request->pointer_y,
		.found = shot_request_window(request, i),
	};
	return shot_target_resolve(
		&request->items[i].target, &request->grabber->source->layout, &around, place, err);
}

/* Sets the surface of a tile: the screen, or the picture of a window. */
static void aim_tile(struct shot_request *request, unsigned i, struct shot_rect rect)
{
	const struct shot_target *target = &request->items[i].target;
	struct shot_tile *tile = &request->pixels.tiles.list[i];
	*tile = (struct shot_tile){
		.rect = rect, .with_cursor = request->has_overlay && target->cursor};
	if (target->is_obscured) {
		request->pixels.is_whole = true; /* the changes of the screen are not its own */
		const struct shot_window_place *found = shot_request_window(request, i);
		tile->rect.x -= found->outside.x;
		tile->rect.y -= found->outside.y;
		tile->surface = found->surface;
	}
}

bool shot_request_find(struct shot_request *request, struct shot_error *err)
{
	request->pixels.is_whole = request->has_overlay;
	request->pixels.search = request->search;
	for (unsigned i = 0; i < request->count; i++) {
		struct shot_place place;
		if (!find_place(request, i, &place, err)) {
			return false;
		}
		aim_tile(request, i, place.rect);
		fill_frame(&request->items[i], &place);
	}
	return true;
}

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
