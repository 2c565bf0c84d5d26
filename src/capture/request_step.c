#include "capture/request_step.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/xcbext.h>

#include "base/clock.h"
#include "capture/request_aim.h"
#include "capture/request_state.h"
#include "x11/fail.h"

#define TRIES 16 /* at a window that is never where it was */

static void stamp(struct shot_request *request)
{
	int64_t time_ns = shot_clock_ns(), wall_ns = shot_clock_wall_ns();
	for (unsigned i = 0; i < request->count; i++) {
		struct shot_frame *frame = &request->items[i].frame;
		frame->time_ns = time_ns;
		frame->wall_ns = wall_ns;
	}
}

/* All in one flush, and nobody is served between the pixels of windows and the question whether
 * that is where they are. */
static bool send_pixels(struct shot_request *request, struct shot_error *err)
{
	struct shot_display *display = request->grabber->display;
	if (request->seek) {
		shot_display_hold(display);
	}
	bool is_sent = shot_fetch_begin(&request->fetch, err);
	if (is_sent && request->seek) {
		shot_seek_ask_again(request->seek);
	}
	if (request->seek) {
		shot_display_let_go(display);
	}
	if (!is_sent) {
		return false;
	}
	stamp(request);
	request->phase = SHOT_PHASE_PIXELS;
	/* A patch takes its time: its cursor is asked for when the pixels are there. */
	if (shot_request_wants_cursor(request) && !request->fetch.patch) {
		shot_cursor_ask(&request->cursor, request->grabber->display);
	}
	return true;
}

static void ask_layout(struct shot_request *request)
{
	request->grabber->display->is_stale = true;
	shot_display_ask(request->grabber->display);
	request->is_confirmed = true;
	request->phase = SHOT_PHASE_LAYOUT;
}

/* Find the targets and send for their pixels. One that cannot be found may be there on a fresh
 * layout, which is read first. */
static bool aim(struct shot_request *request, struct shot_error *err)
{
	if (shot_request_aim(request, err)) {
		return send_pixels(request, err);
	}
	if (request->is_confirmed) {
		return false;
	}
	ask_layout(request);
	return true;
}

/* Ask for the pointer, if it matters, and aim. */
static bool look_around(struct shot_request *request, struct shot_error *err)
{
	struct shot_display *display = request->grabber->display;
	for (unsigned i = 0; i < request->count; i++) {
		enum shot_target_kind kind = request->items[i].target.kind;
		if (kind == SHOT_TARGET_CURSOR || kind == SHOT_TARGET_FOLLOW) {
			request->pointer = xcb_query_pointer(display->xcb, display->root).sequence;
			request->phase = SHOT_PHASE_POINTER;
			return true;
		}
	}
	return aim(request, err);
}

static bool start(struct shot_request *request, struct shot_error *err)
{
	if (!request->seek) {
		return look_around(request, err);
	}
	shot_seek_begin(request->seek);
	request->phase = SHOT_PHASE_WINDOWS;
	return true;
}

/* The pixels stand; what may be missing is the cursor. */
static enum shot_progress await_cursor(struct shot_request *request)
{
	if (!shot_request_wants_cursor(request)) {
		return SHOT_PROGRESS_DONE;
	}
	if (!request->cursor.sequence) {
		shot_cursor_ask(&request->cursor, request->grabber->display);
	}
	request->phase = SHOT_PHASE_CURSOR;
	return SHOT_PROGRESS_AGAIN;
}

/* The pixels are there. They may be somebody else's when a window has moved. */
static enum shot_progress finish_pixels(struct shot_request *request)
{
	if (!request->seek) {
		return await_cursor(request);
	}
	request->phase = SHOT_PHASE_CHECK;
	return SHOT_PROGRESS_AGAIN;
}

static enum shot_progress try_again(struct shot_request *request, struct shot_error *err)
{
	shot_fetch_drop(&request->fetch);
	if (++request->tries == TRIES) {
		shot_fail(err, "EAGAIN", "a window was moved or changed during all of %d captures",
			TRIES);
		return SHOT_PROGRESS_FAILED;
	}
	return start(request, err) ? SHOT_PROGRESS_AGAIN : SHOT_PROGRESS_FAILED;
}

static enum shot_progress step_check(struct shot_request *request, struct shot_error *err)
{
	bool same;
	int done = shot_seek_poll_again(request->seek, &same, err);
	if (done <= 0) {
		return done == 0 ? SHOT_PROGRESS_WAITING : SHOT_PROGRESS_FAILED;
	}
	return same ? await_cursor(request) : try_again(request, err);
}

static enum shot_progress step_windows(struct shot_request *request, struct shot_error *err)
{
	int done = shot_seek_poll(request->seek, err);
	if (done <= 0) {
		return done == 0 ? SHOT_PROGRESS_WAITING : SHOT_PROGRESS_FAILED;
	}
	return look_around(request, err) ? SHOT_PROGRESS_AGAIN : SHOT_PROGRESS_FAILED;
}

static enum shot_progress step_cursor(struct shot_request *request, struct shot_error *err)
{
	int done = shot_cursor_poll(&request->cursor, request->grabber->display, err);
	return done == 0  ? SHOT_PROGRESS_WAITING
	       : done > 0 ? SHOT_PROGRESS_DONE
			  : SHOT_PROGRESS_FAILED;
}

static enum shot_progress step_pixels(struct shot_request *request, struct shot_error *err)
{
	struct shot_display *display = request->grabber->display;
	enum shot_part_state state = shot_fetch_poll(&request->fetch, err);
	if (state == SHOT_PART_WAITING) {
		return SHOT_PROGRESS_WAITING;
	}
	shot_display_note(display);
	bool is_gone = state == SHOT_PART_FAILED && strcmp(err->code, "EGONE") == 0;
	if (request->seek && (is_gone || (state == SHOT_PART_MISMATCH && request->is_confirmed))) {
		return try_again(request, err);
	}
	if (state == SHOT_PART_FAILED || (state == SHOT_PART_MISMATCH && request->is_confirmed)) {
		return SHOT_PROGRESS_FAILED;
	}
	if (state == SHOT_PART_MISMATCH ||
		(!shot_display_is_current(display) && !request->is_confirmed)) {
		ask_layout(request);
		return SHOT_PROGRESS_AGAIN;
	}
	return finish_pixels(request);
}

/* The layout is fresh: captures that it leaves in place stand, otherwise aim again. */
static enum shot_progress step_layout(struct shot_request *request, struct shot_error *err)
{
	int done = shot_grabber_refresh(request->grabber, err);
	if (done <= 0) {
		return done == 0 ? SHOT_PROGRESS_WAITING : SHOT_PROGRESS_FAILED;
	}
	if (request->fetch.buffer.owner && shot_request_is_in_place(request)) {
		return finish_pixels(request);
	}
	shot_fetch_drop(&request->fetch);
	return start(request, err) ? SHOT_PROGRESS_AGAIN : SHOT_PROGRESS_FAILED;
}

static enum shot_progress step_pointer(struct shot_request *request, struct shot_error *err)
{
	xcb_connection_t *xcb = request->grabber->display->xcb;
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(xcb, request->pointer, &reply, &error)) {
		return SHOT_PROGRESS_WAITING;
	}
	request->pointer = 0;
	const xcb_query_pointer_reply_t *pointer = reply;
	bool ok = false;
	if (pointer) {
		request->pointer_x = pointer->root_x;
		request->pointer_y = pointer->root_y;
		ok = aim(request, err);
	} else if (error) {
		shot_fail_x(err, error, "cannot ask where the pointer is");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(reply);
	free(error);
	return ok ? SHOT_PROGRESS_AGAIN : SHOT_PROGRESS_FAILED;
}

enum shot_progress shot_request_step(struct shot_request *request, struct shot_error *err)
{
	switch (request->phase) {
	case SHOT_PHASE_LAYOUT:
		return step_layout(request, err);
	case SHOT_PHASE_WINDOWS:
		return step_windows(request, err);
	case SHOT_PHASE_POINTER:
		return step_pointer(request, err);
	case SHOT_PHASE_CHECK:
		return step_check(request, err);
	case SHOT_PHASE_CURSOR:
		return step_cursor(request, err);
	default:
		return step_pixels(request, err);
	}
}

bool shot_request_start(struct shot_request *request, struct shot_error *err)
{
	if (shot_display_is_current(request->grabber->display)) {
		return start(request, err);
	}
	ask_layout(request);
	/* Answers to an older question may lie inside xcb already, where no wait sees them. */
	return step_layout(request, err) != SHOT_PROGRESS_FAILED;
}
