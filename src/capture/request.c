#include "capture/request.h"

#include <errno.h>
#include <stdlib.h>
#include <xcb/xcbext.h>

#include "base/clock.h"
#include "capture/request_list.h"
#include "capture/request_state.h"
#include "capture/request_step.h"
#include "x11/fail.h"

static bool can_draw_cursor(const struct shot_display *display, const struct shot_target *targets,
	unsigned count, struct shot_error *err)
{
	for (unsigned i = 0; i < count; i++) {
		if (targets[i].cursor && !display->has_xfixes) {
			return shot_fail(err, "ENOTSUP",
				"cannot draw the cursor: the X server lacks XFIXES");
		}
	}
	return true;
}

/* What its windows need, if some of the targets are such. */
static bool make_search(
	struct shot_request *request, const struct shot_target *targets, struct shot_error *err)
{
	struct shot_grabber *grabber = request->grabber;
	for (unsigned i = 0; i < request->count; i++) {
		if (targets[i].kind == SHOT_TARGET_WINDOW) {
			request->search = shot_window_search_create(grabber->display,
				&grabber->redirects, targets, request->count, err);
			request->pixels.is_whole = true;
			return request->search;
		}
	}
	return true;
}

static struct shot_request *create(struct shot_grabber *grabber, const struct shot_target *targets,
	unsigned count, struct shot_buffer_source *buffers, struct shot_error *err)
{
	struct shot_request *request = calloc(
		1, sizeof *request + count * (sizeof *request->items + sizeof(struct shot_tile)));
	if (!request) {
		shot_fail_errno(err, ENOMEM, "cannot make a request");
		return NULL;
	}
	request->grabber = grabber;
	request->pixels.grabber = grabber;
	request->pixels.buffers = buffers;
	request->count = request->pixels.tiles.count = count;
	request->items = (struct shot_request_item *)(request + 1);
	request->pixels.tiles.list = (struct shot_tile *)(request->items + count);
	for (unsigned i = 0; i < count; i++) {
		request->items[i].target = targets[i];
	}
	if (!make_search(request, targets, err)) {
		free(request);
		return NULL;
	}
	return request;
}

struct shot_request *shot_request_begin(struct shot_grabber *grabber,
	const struct shot_target *targets, unsigned count, struct shot_buffer_source *buffers,
	struct shot_error *err)
{
	xcb_connection_t *xcb = grabber->display->xcb;
	grabber->is_starved = false;
	shot_request_reap(grabber);
	if (!can_draw_cursor(grabber->display, targets, count, err)) {
		return NULL;
	}
	if (xcb_connection_has_error(xcb)) {
		shot_fail_lost(err, xcb);
		return NULL;
	}
	struct shot_request *request = create(grabber, targets, count, buffers, err);
	if (!request) {
		return NULL;
	}
	request->next = grabber->requests;
	grabber->requests = request;
	shot_display_note(grabber->display);
	if (!shot_request_start(request, err)) {
		shot_request_destroy(request);
		return NULL;
	}
	xcb_flush(xcb);
	return request;
}

enum shot_poll shot_request_poll(
	struct shot_request *request, struct shot_frame *frames, struct shot_error *err)
{
	if (!request->grabber) {
		free(request);
		shot_fail(err, "ELOST", "the display was closed during the capture");
		return SHOT_POLL_FAILED;
	}
	enum shot_poll outcome = shot_request_step(request, frames, err);
	if (outcome != SHOT_POLL_WAITING) {
		shot_request_destroy(request);
	}
	return outcome;
}

int64_t shot_request_wake(const struct shot_request *request)
{
	bool is_searching = request->grabber && request->phase == SHOT_PHASE_WINDOWS;
	return is_searching ? shot_window_search_wake(request->search) : SHOT_FOREVER;
}

void shot_request_cancel(struct shot_request *request)
{
	if (!request) {
		return;
	}
	if (request->grabber && request->pointer) {
		xcb_discard_reply(request->grabber->display->xcb, request->pointer);
		request->pointer = 0;
	}
	shot_window_search_destroy(request->search);
	request->search = NULL;
	shot_cursor_forget(&request->cursor, request->grabber ? request->grabber->display : NULL);
	if (request->grabber && shot_request_is_awaited(request)) {
		request->is_abandoned = true;
	} else {
		shot_request_destroy(request);
	}
}
