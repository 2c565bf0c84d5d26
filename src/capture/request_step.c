#include "capture/request_step.h"

#include "base/clock.h"
#include "capture/damage.h"
#include "capture/request_aim.h"
#include "capture/request_state.h"
#include "capture/shape.h"

#define TRIES 16 /* captures of a window that keeps moving */

static void stamp(struct shot_request *request)
{
	int64_t time_ns = shot_clock_ns(), wall_ns = shot_clock_wall_ns();
	for (unsigned i = 0; i < request->count; i++) {
		struct shot_frame *frame = &request->items[i].frame;
		frame->time_ns = time_ns;
		frame->wall_ns = wall_ns;
	}
}

static bool asks_cursor(const struct shot_request *request)
{
	return !request->has_overlay && shot_request_wants_cursor(request);
}

/* Sends everything in one flush. */
static bool send_pixels(struct shot_request *request, struct shot_error *err)
{
	if (!shot_pixels_begin(&request->pixels, err)) {
		return false;
	}
	stamp(request);
	request->phase = SHOT_PHASE_PIXELS;
	/* An update takes longer, so its cursor is requested after the pixels have arrived. */
	if (asks_cursor(request) && !request->pixels.update) {
		shot_cursor_ask(&request->cursor, request->grabber->source);
	}
	return true;
}

static void ask_layout(struct shot_request *request)
{
	struct shot_source *source = request->grabber->source;
	source->is_stale = true;
	source->kind->ask_layout(source);
	request->is_confirmed = true;
	request->phase = SHOT_PHASE_LAYOUT;
}

/* Finds the targets and requests their pixels. If a target cannot be found, it may be on a fresh
 * layout, which is then read first. */
static bool aim(struct shot_request *request, struct shot_error *err)
{
	if (shot_request_find(request, err)) {
		return send_pixels(request, err);
	}
	if (request->is_confirmed) {
		return false;
	}
	ask_layout(request);
	return true;
}

/* Asks for the pointer, if a target needs it, and aims. */
static bool look_around(struct shot_request *request, struct shot_error *err)
{
	struct shot_source *source = request->grabber->source;
	for (unsigned i = 0; i < request->count; i++) {
		enum shot_target_kind kind = request->items[i].target.kind;
		if (kind == SHOT_TARGET_CURSOR || kind == SHOT_TARGET_FOLLOW) {
			if (!shot_source_can(source, SHOT_ABILITY_POINTER,
				    "cannot query the pointer's place", err)) {
				return false;
			}
			request->pointer = source->kind->ask_pointer(source);
			request->phase = SHOT_PHASE_POINTER;
			return true;
		}
	}
	return aim(request, err);
}

static bool start(struct shot_request *request, struct shot_error *err)
{
	if (!request->search) {
		return look_around(request, err);
	}
	request->grabber->source->kind->begin_search(request->search);
	request->phase = SHOT_PHASE_WINDOWS;
	return true;
}

/* The pixels are valid; only the cursor may be missing. */
static enum shot_poll await_cursor(struct shot_request *request)
{
	request->phase = SHOT_PHASE_OVER;
	if (asks_cursor(request)) {
		if (!request->cursor.question) {
			shot_cursor_ask(&request->cursor, request->grabber->source);
		}
		request->phase = SHOT_PHASE_CURSOR;
	}
	return SHOT_POLL_DONE;
}

/* The pixels are there. If a window has moved, they may show another window. */
static enum shot_poll finish_pixels(struct shot_request *request)
{
	if (!request->search) {
		return await_cursor(request);
	}
	request->phase = SHOT_PHASE_CHECK;
	return SHOT_POLL_DONE;
}

static enum shot_poll try_again(struct shot_request *request, struct shot_error *err)
{
	shot_pixels_drop(&request->pixels);
	if (++request->tries == TRIES) {
		shot_fail(err, "EAGAIN", "a window was moved or changed during all of %d captures",
			TRIES);
		return SHOT_POLL_FAILED;
	}
	return start(request, err) ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}

static enum shot_poll step_check(struct shot_request *request, struct shot_error *err)
{
	bool same;
	enum shot_poll outcome =
		request->grabber->source->kind->poll_search_again(request->search, &same, err);
	if (outcome != SHOT_POLL_DONE) {
		return outcome;
	}
	return same ? await_cursor(request) : try_again(request, err);
}

static enum shot_poll step_windows(struct shot_request *request, struct shot_error *err)
{
	enum shot_poll outcome = request->grabber->source->kind->poll_search(request->search, err);
	if (outcome != SHOT_POLL_DONE) {
		return outcome;
	}
	return look_around(request, err) ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}

static enum shot_poll step_cursor(struct shot_request *request, struct shot_error *err)
{
	enum shot_poll outcome = shot_cursor_poll(&request->cursor, request->grabber->source, err);
	if (outcome == SHOT_POLL_DONE) {
		request->phase = SHOT_PHASE_OVER;
	}
	return outcome;
}

static enum shot_poll step_pixels(struct shot_request *request, struct shot_error *err)
{
	struct shot_source *source = request->grabber->source;
	enum shot_poll outcome = shot_pixels_poll(&request->pixels, err);
	if (outcome == SHOT_POLL_WAITING) {
		return outcome;
	}
	source->kind->note(source);
	bool is_failed = outcome == SHOT_POLL_FAILED;
	bool is_outside = is_failed && shot_error_is(err, SHOT_EGEOMETRY);
	bool is_gone = is_failed && shot_error_is(err, SHOT_EGONE);
	if (request->search && (is_gone || (is_outside && request->is_confirmed))) {
		return try_again(request, err);
	}
	if (is_failed && (!is_outside || request->is_confirmed)) {
		return outcome;
	}
	if (is_failed || (!source->kind->is_layout_current(source) && !request->is_confirmed)) {
		ask_layout(request);
		return SHOT_POLL_DONE;
	}
	return finish_pixels(request);
}

/* The layout is fresh. If the targets kept their places, the captures are valid; otherwise aims
 * again. */
static enum shot_poll step_layout(struct shot_request *request, struct shot_error *err)
{
	enum shot_poll outcome = shot_grabber_refresh(request->grabber, err);
	if (outcome != SHOT_POLL_DONE) {
		return outcome;
	}
	if (request->pixels.buffer.owner && shot_request_is_in_place(request)) {
		return finish_pixels(request);
	}
	shot_pixels_drop(&request->pixels);
	return start(request, err) ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}

static enum shot_poll step_pointer(struct shot_request *request, struct shot_error *err)
{
	struct shot_source *source = request->grabber->source;
	enum shot_poll outcome = source->kind->poll_pointer(
		source, request->pointer, &request->pointer_x, &request->pointer_y, err);
	if (outcome == SHOT_POLL_WAITING) {
		return outcome;
	}
	request->pointer = 0;
	return outcome == SHOT_POLL_DONE && aim(request, err) ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}

/* Lists the changes since the previous capture of the frame's rectangle. */
static void compare(const struct shot_request *request, struct shot_frame *frame,
	struct shot_rect drawn, struct shot_changes *changes)
{
	struct shot_rect rect = {frame->x, frame->y, frame->view.width, frame->view.height};
	changes->count = shot_damage_compare(request->grabber->damage, rect, request->pixels.ticket,
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

static void apply_shapes(
	const struct shot_request *request, unsigned i, const struct shot_frame *frame)
{
	const struct shot_window_place *place = shot_request_window(request, i);
	if (place && place->shapes) {
		shot_shape_apply(&place->shapes[0], frame);
		shot_shape_apply(&place->shapes[1], frame);
	}
}

/* Fills `frames`: each gets a reference to the buffer and a number, the cursor is drawn, the mask
 * applied, and the changes are listed if they are known. */
static void deliver(const struct shot_request *request, struct shot_frame *frames)
{
	const struct shot_buffer *buffer = &request->pixels.buffer;
	for (unsigned i = 0; i < request->count; i++) {
		struct shot_frame *frame = &frames[i];
		struct shot_rect drawn = {0};
		*frame = request->items[i].frame;
		frame->sequence = ++request->grabber->sequence;
		frame->view.data = buffer->attachment->data + request->pixels.tiles.list[i].offset;
		frame->view.owner = buffer->owner;
		shot_view_ref(&frame->view);
		apply_shapes(request, i, frame);
		if (!request->has_overlay && request->items[i].target.cursor) {
			drawn = shot_cursor_draw(&request->cursor, frame);
		}
		shot_mask_apply(&request->grabber->mask, frame);
		if (request->pixels.ticket) { /* then the buffer is a slot */
			struct shot_slot *slot =
				SHOT_CONTAINER(buffer->owner, struct shot_slot, owner);
			slot->content.drawn = drawn;
			compare(request, frame, drawn, &slot->changes);
		}
	}
}

/* One function for each phase, which reads the phase's answers without blocking. Done: the request
 * is in its next phase, whose questions wait for a flush. */
static enum shot_poll (*const steps[])(struct shot_request *request, struct shot_error *err) = {
	[SHOT_PHASE_LAYOUT] = step_layout,
	[SHOT_PHASE_WINDOWS] = step_windows,
	[SHOT_PHASE_POINTER] = step_pointer,
	[SHOT_PHASE_PIXELS] = step_pixels,
	[SHOT_PHASE_CHECK] = step_check,
	[SHOT_PHASE_CURSOR] = step_cursor,
};

bool shot_request_start(struct shot_request *request, struct shot_error *err)
{
	struct shot_source *source = request->grabber->source;
	if (source->kind->is_layout_current(source)) {
		return start(request, err);
	}
	ask_layout(request);
	/* Answers to an older question may already lie inside the source, where no wait sees them.
	 */
	return step_layout(request, err) != SHOT_POLL_FAILED;
}

enum shot_poll shot_request_step(
	struct shot_request *request, struct shot_frame *frames, struct shot_error *err)
{
	struct shot_source *source = request->grabber->source;
	enum shot_poll outcome = steps[request->phase](request, err);
	while (outcome == SHOT_POLL_DONE && request->phase != SHOT_PHASE_OVER) {
		source->kind->flush(source);
		shot_pixels_populate(&request->pixels);
		outcome = steps[request->phase](request, err);
	}
	if (outcome == SHOT_POLL_DONE) {
		deliver(request, frames);
	}
	return outcome;
}
