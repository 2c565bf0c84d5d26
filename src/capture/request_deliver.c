#include "capture/request_deliver.h"

#include "capture/request_state.h"

/* List what has changed since the previous capture of the frame's rectangle. */
static void compare(const struct shot_request *request, struct shot_frame *frame,
	struct shot_rect drawn, struct shot_changes *changes)
{
	struct shot_rect rect = {frame->x, frame->y, frame->view.width, frame->view.height};
	changes->count = shot_damage_compare(request->grabber->damage, rect, request->fetch.ticket,
		drawn, changes->rects, SHOT_CHANGES);
	if (changes->count < 0) {
		changes->count = 1;
		changes->rects[0] = rect;
	}
	int kept = 0;
	for (int i = 0; i < changes->count; i++) {
		struct shot_rect change = changes->rects[i];
		if (!shot_mask_hides(&request->grabber->mask, change)) {
			change.x -= frame->x;
			change.y -= frame->y;
			changes->rects[kept++] = change;
		}
	}
	changes->count = kept;
	frame->changes = changes;
}

void shot_request_deliver(const struct shot_request *request, struct shot_frame *frames)
{
	const struct shot_buffer *buffer = &request->fetch.buffer;
	for (unsigned i = 0; i < request->count; i++) {
		struct shot_frame *frame = &frames[i];
		struct shot_rect drawn = {0};
		*frame = request->items[i].frame;
		frame->sequence = ++request->grabber->sequence;
		frame->view.data =
			buffer->attachment->data + request->fetch.reading.parts[i].offset;
		frame->view.owner = buffer->owner;
		shot_view_ref(&frame->view);
		if (request->items[i].target.cursor) {
			drawn = shot_cursor_draw(&request->cursor, frame);
		}
		shot_mask_apply(&request->grabber->mask, frame);
		if (request->fetch.ticket) { /* then the buffer is a slot */
			struct shot_slot *slot = (struct shot_slot *)buffer->owner;
			slot->content.drawn = drawn;
			compare(request, frame, drawn, &slot->changes);
		}
	}
}
