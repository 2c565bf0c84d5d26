#include "capture/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capture/request_list.h"
#include "capture/request_state.h"
#include "capture/request_step.h"

/* Chooses how the pointer gets into the pictures, if a target wants it. */
static bool choose_cursor(struct shot_request *request, struct shot_error *err)
{
	const struct shot_source *source = request->grabber->source;
	if (!shot_request_wants_cursor(request)) {
		return true;
	}
	if (!source->lacks[SHOT_ABILITY_OVERLAY]) {
		request->has_overlay = true;
		return true;
	}
	return shot_source_can(source, SHOT_ABILITY_CURSOR, "cannot draw the cursor", err);
}

static bool can_capture(const struct shot_request *request, struct shot_error *err)
{
	for (unsigned i = 0; i < request->count; i++) {
		if (!request->items[i].target.is_obscured &&
			!shot_source_can(request->grabber->source, SHOT_ABILITY_SCREEN,
				"cannot capture the screen", err)) {
			return false;
		}
	}
	return true;
}

/* Makes a search for its windows, if some targets are windows. */
static bool make_search(
	struct shot_request *request, const struct shot_target *targets, struct shot_error *err)
{
	struct shot_source *source = request->grabber->source;
	for (unsigned i = 0; i < request->count; i++) {
		if (targets[i].kind == SHOT_TARGET_WINDOW) {
			if (shot_source_can(source, SHOT_ABILITY_WINDOWS, NULL, err)) {
				request->search = source->kind->create_search(
					source, targets, request->count, err);
			}
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
		request->items[i].target.is_obscured |= targets[i].kind == SHOT_TARGET_WINDOW &&
							grabber->source->kind->are_windows_apart;
	}
	if (!can_capture(request, err) || !choose_cursor(request, err) ||
		!make_search(request, targets, err)) {
		free(request);
		return NULL;
	}
	return request;
}

/* Captures that were given up can also hold slots, because the server may still write into them.
 * Then there is no frame to release, and the message must say so. */
static void explain_busy(const struct shot_grabber *grabber, struct shot_error *err)
{
	const char *server = grabber->source->kind->server;
	unsigned unanswered = shot_request_unanswered(grabber);
	unsigned held = shot_pool_held(&grabber->pool);
	if (err->want != SHOT_WANT_SLOT || unanswered == 0 || !shot_error_is(err, SHOT_EBUSY)) {
		return;
	}
	if (unanswered >= held) {
		shot_fail(err, "ETIMEDOUT",
			"%s has not answered %u captures that were given up (is it stopped, or "
			"grabbed by another client?)",
			server, unanswered);
	} else {
		shot_fail(err, "EBUSY",
			"all %u slots are held, %u of them by captures that %s has not answered: "
			"release a frame, or open the display with more slots",
			held, unanswered, server);
	}
	err->want = SHOT_WANT_SLOT; /* unchanged */
}

struct shot_request *shot_request_begin(struct shot_grabber *grabber,
	const struct shot_target *targets, unsigned count, struct shot_buffer_source *buffers,
	struct shot_error *err)
{
	struct shot_source *source = grabber->source;
	shot_request_reap(grabber);
	if (!source->kind->check(source, err)) {
		return NULL;
	}
	struct shot_request *request = create(grabber, targets, count, buffers, err);
	if (!request) {
		return NULL;
	}
	request->next = grabber->requests;
	grabber->requests = request;
	source->kind->note(source);
	if (!shot_request_start(request, err)) {
		shot_request_destroy(request);
		explain_busy(grabber, err);
		return NULL;
	}
	source->kind->flush(source);
	shot_pixels_populate(&request->pixels);
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
	const struct shot_grabber *grabber = request->grabber;
	enum shot_poll outcome = shot_request_step(request, frames, err);
	if (outcome != SHOT_POLL_WAITING) {
		shot_request_destroy(request);
	}
	if (outcome == SHOT_POLL_FAILED) {
		explain_busy(grabber, err);
	}
	return outcome;
}

int64_t shot_request_wake(const struct shot_request *request)
{
	bool is_searching = request->grabber && request->phase == SHOT_PHASE_WINDOWS;
	return is_searching ? request->grabber->source->kind->wake_search(request->search)
			    : SHOT_FOREVER;
}

void shot_request_cancel(struct shot_request *request)
{
	if (!request) {
		return;
	}
	shot_request_forget(request);
	if (request->grabber && shot_pixels_is_awaited(&request->pixels)) {
		request->is_abandoned = true;
		shot_pixels_cancel(&request->pixels);
	} else {
		shot_request_destroy(request);
	}
}
