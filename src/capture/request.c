#define _GNU_SOURCE
#include "capture/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcbext.h>

#include "base/clock.h"
#include "base/wait.h"
#include "capture/cursor.h"
#include "capture/fetch.h"
#include "capture/seek.h"
#include "x11/fail.h"

#define TRIES 16 /* at a window that is never where it was */

enum phase {
	PHASE_LAYOUT,  /* the layout is being read */
	PHASE_WINDOWS, /* the windows are being looked for */
	PHASE_POINTER, /* the pointer is being asked for */
	PHASE_PIXELS,  /* the server writes */
	PHASE_CHECK,   /* they are there; whether windows were still where they had been */
	PHASE_CURSOR,  /* they are there, and the cursor's image is awaited */
};

enum progress {
	FAILED,
	AGAIN,	 /* on to the next phase, whose requests wait to be flushed */
	WAITING, /* a reply is not in */
	DONE,	 /* the buffer holds the frames */
};

struct item {
	struct shot_target target;
	struct shot_frame frame; /* all but the memory */
};

struct shot_request {
	struct shot_grabber *grabber; /* NULL once that is closed */
	struct shot_request *next;    /* in the grabber's list */
	enum phase phase;
	bool is_confirmed;	/* the layout has been read anew for this request */
	bool is_abandoned;	/* nobody polls any more */
	struct shot_seek *seek; /* NULL without windows */
	unsigned tries;
	struct shot_cursor cursor;
	unsigned pointer; /* sequence of the question for the pointer, 0 for none */
	int32_t pointer_x, pointer_y;
	struct shot_fetch fetch; /* with one part for each item */
	unsigned count;
	struct item *items; /* behind the struct, and the parts behind them */
};

static bool is_awaited(const struct shot_request *request)
{
	return request->pointer || shot_fetch_is_awaited(&request->fetch);
}

static void fill_frame(struct item *item, const struct shot_place *place)
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
static bool resolve(struct shot_request *request, struct shot_error *err)
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

static bool wants_cursor(const struct shot_request *request)
{
	for (unsigned i = 0; i < request->count; i++) {
		if (request->items[i].target.cursor) {
			return true;
		}
	}
	return false;
}

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
	request->phase = PHASE_PIXELS;
	/* A patch takes its time: its cursor is asked for when the pixels are there. */
	if (wants_cursor(request) && !request->fetch.patch) {
		shot_cursor_ask(&request->cursor, request->grabber->display);
	}
	return true;
}

static void ask_layout(struct shot_request *request)
{
	request->grabber->display->is_stale = true;
	shot_display_ask(request->grabber->display);
	request->is_confirmed = true;
	request->phase = PHASE_LAYOUT;
}

/* Find the targets and send for their pixels. One that cannot be found may be there on a fresh
 * layout, which is read first. */
static bool aim(struct shot_request *request, struct shot_error *err)
{
	if (resolve(request, err)) {
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
			request->phase = PHASE_POINTER;
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
	request->phase = PHASE_WINDOWS;
	return true;
}

/* Take the request out of the grabber's list. */
static void unlink_request(struct shot_request *request)
{
	if (!request->grabber) {
		return;
	}
	struct shot_request **at = &request->grabber->requests;
	while (*at != request) {
		at = &(*at)->next;
	}
	*at = request->next;
}

static void destroy(struct shot_request *request)
{
	unlink_request(request);
	shot_fetch_drop(&request->fetch);
	shot_cursor_forget(&request->cursor, request->grabber ? request->grabber->display : NULL);
	shot_seek_destroy(request->seek);
	free(request);
}

/* The pixels stand; what may be missing is the cursor. */
static enum progress await_cursor(struct shot_request *request)
{
	if (!wants_cursor(request)) {
		return DONE;
	}
	if (!request->cursor.sequence) {
		shot_cursor_ask(&request->cursor, request->grabber->display);
	}
	request->phase = PHASE_CURSOR;
	return AGAIN;
}

/* The pixels are there. They may be somebody else's when a window has moved. */
static enum progress finish_pixels(struct shot_request *request)
{
	if (!request->seek) {
		return await_cursor(request);
	}
	request->phase = PHASE_CHECK;
	return AGAIN;
}

static enum progress try_again(struct shot_request *request, struct shot_error *err)
{
	shot_fetch_drop(&request->fetch);
	if (++request->tries == TRIES) {
		shot_fail(err, "EAGAIN", "a window was moved or changed during all of %d captures",
			TRIES);
		return FAILED;
	}
	return start(request, err) ? AGAIN : FAILED;
}

static enum progress step_check(struct shot_request *request, struct shot_error *err)
{
	bool same;
	int done = shot_seek_poll_again(request->seek, &same, err);
	if (done <= 0) {
		return done == 0 ? WAITING : FAILED;
	}
	return same ? await_cursor(request) : try_again(request, err);
}

static enum progress step_windows(struct shot_request *request, struct shot_error *err)
{
	int done = shot_seek_poll(request->seek, err);
	if (done <= 0) {
		return done == 0 ? WAITING : FAILED;
	}
	return look_around(request, err) ? AGAIN : FAILED;
}

static enum progress step_cursor(struct shot_request *request, struct shot_error *err)
{
	int done = shot_cursor_poll(&request->cursor, request->grabber->display, err);
	return done == 0 ? WAITING : done > 0 ? DONE : FAILED;
}

static enum progress step_pixels(struct shot_request *request, struct shot_error *err)
{
	struct shot_display *display = request->grabber->display;
	enum shot_part_state state = shot_fetch_poll(&request->fetch, err);
	if (state == SHOT_PART_WAITING) {
		return WAITING;
	}
	shot_display_note(display);
	bool is_gone = state == SHOT_PART_FAILED && strcmp(err->code, "EGONE") == 0;
	if (request->seek && (is_gone || (state == SHOT_PART_MISMATCH && request->is_confirmed))) {
		return try_again(request, err);
	}
	if (state == SHOT_PART_FAILED || (state == SHOT_PART_MISMATCH && request->is_confirmed)) {
		return FAILED;
	}
	if (state == SHOT_PART_MISMATCH ||
		(!shot_display_is_current(display) && !request->is_confirmed)) {
		ask_layout(request);
		return AGAIN;
	}
	return finish_pixels(request);
}

/* Whether the layout, just read anew, still puts every target where it was captured. */
static bool is_in_place(const struct shot_request *request)
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

/* The layout is fresh: captures that it leaves in place stand, otherwise aim again. */
static enum progress step_layout(struct shot_request *request, struct shot_error *err)
{
	int done = shot_grabber_refresh(request->grabber, err);
	if (done <= 0) {
		return done == 0 ? WAITING : FAILED;
	}
	if (request->fetch.buffer.owner && is_in_place(request)) {
		return finish_pixels(request);
	}
	shot_fetch_drop(&request->fetch);
	return start(request, err) ? AGAIN : FAILED;
}

static enum progress step_pointer(struct shot_request *request, struct shot_error *err)
{
	xcb_connection_t *xcb = request->grabber->display->xcb;
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(xcb, request->pointer, &reply, &error)) {
		return WAITING;
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
	return ok ? AGAIN : FAILED;
}

static enum progress step(struct shot_request *request, struct shot_error *err)
{
	switch (request->phase) {
	case PHASE_LAYOUT:
		return step_layout(request, err);
	case PHASE_WINDOWS:
		return step_windows(request, err);
	case PHASE_POINTER:
		return step_pointer(request, err);
	case PHASE_CHECK:
		return step_check(request, err);
	case PHASE_CURSOR:
		return step_cursor(request, err);
	default:
		return step_pixels(request, err);
	}
}

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

static void hand_over(const struct shot_request *request, struct shot_frame *frames)
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
		shot_mask_apply(&request->grabber->mask, frame);
		if (request->items[i].target.cursor) {
			drawn = shot_cursor_draw(&request->cursor, frame);
		}
		if (request->fetch.ticket) { /* then the buffer is a slot */
			struct shot_slot *slot = (struct shot_slot *)buffer->owner;
			slot->content.drawn = drawn;
			compare(request, frame, drawn, &slot->changes);
		}
	}
}

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
static bool make_seek(
	struct shot_request *request, const struct shot_target *targets, struct shot_error *err)
{
	struct shot_grabber *grabber = request->grabber;
	for (unsigned i = 0; i < request->count; i++) {
		if (targets[i].kind == SHOT_TARGET_WINDOW) {
			request->seek = shot_seek_create(grabber->display, &grabber->redirects,
				targets, request->count, err);
			request->fetch.is_whole = true;
			return request->seek;
		}
	}
	return true;
}

struct shot_request *shot_request_begin(struct shot_grabber *grabber,
	const struct shot_target *targets, unsigned count, struct shot_supply *supply,
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
	struct shot_request *request = calloc(
		1, sizeof *request + count * (sizeof(struct item) + sizeof(struct shot_part)));
	if (!request) {
		shot_fail_errno(err, ENOMEM, "cannot make a request");
		return NULL;
	}
	request->grabber = grabber;
	request->fetch.grabber = grabber;
	request->fetch.supply = supply;
	request->count = request->fetch.reading.count = count;
	request->items = (struct item *)(request + 1);
	request->fetch.reading.parts = (struct shot_part *)(request->items + count);
	for (unsigned i = 0; i < count; i++) {
		request->items[i].target = targets[i];
	}
	if (!make_seek(request, targets, err)) {
		free(request);
		return NULL;
	}
	request->next = grabber->requests;
	grabber->requests = request;
	shot_display_note(grabber->display);
	bool ok;
	if (shot_display_is_current(grabber->display)) {
		ok = start(request, err);
	} else {
		ask_layout(request);
		/* Answers to an older question may lie inside xcb already, where no wait sees them.
		 */
		ok = step_layout(request, err) != FAILED;
	}
	if (!ok) {
		destroy(request);
		return NULL;
	}
	xcb_flush(xcb);
	return request;
}

int shot_request_poll(
	struct shot_request *request, struct shot_frame *frames, struct shot_error *err)
{
	if (!request->grabber) {
		free(request);
		shot_fail(err, "ELOST", "the display was closed during the capture");
		return -1;
	}
	xcb_connection_t *xcb = request->grabber->display->xcb;
	enum progress progress;
	while ((progress = step(request, err)) == AGAIN) {
		xcb_flush(xcb);
	}
	if (progress == WAITING) {
		return 0;
	}
	if (progress == DONE) {
		hand_over(request, frames);
	}
	destroy(request);
	return progress == DONE ? 1 : -1;
}

int64_t shot_request_wake(const struct shot_request *request)
{
	bool is_seeking = request->grabber && request->phase == PHASE_WINDOWS;
	return is_seeking ? shot_seek_wake(request->seek) : SHOT_FOREVER;
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
	shot_seek_destroy(request->seek);
	request->seek = NULL;
	shot_cursor_forget(&request->cursor, request->grabber ? request->grabber->display : NULL);
	if (request->grabber && is_awaited(request)) {
		request->is_abandoned = true;
	} else {
		destroy(request);
	}
}

void shot_request_reap(struct shot_grabber *grabber)
{
	struct shot_request *next;
	for (struct shot_request *request = grabber->requests; request; request = next) {
		next = request->next;
		if (request->is_abandoned && shot_fetch_settle(&request->fetch)) {
			destroy(request);
		}
	}
}

static bool is_foreign(const struct shot_request *request)
{
	const struct shot_buffer *buffer = &request->fetch.buffer;
	return buffer->owner && buffer->supply != &request->grabber->pool.supply &&
	       is_awaited(request);
}

/* Keep a buffer for as long as the process lives: its server may write into it at any time. */
static void retire(struct shot_buffer *buffer)
{
	struct retired {
		struct shot_owner *owner;
		struct retired *next;
	};
	static _Atomic(struct retired *) all; /* no display is left to remember it */
	struct retired *retired = malloc(sizeof *retired);
	if (retired) {
		*retired = (struct retired){buffer->owner, atomic_load(&all)};
		while (!atomic_compare_exchange_weak(&all, &retired->next, retired)) {
		}
	}
	buffer->owner = NULL;
}

void shot_request_drain(struct shot_grabber *grabber, int64_t deadline)
{
	bool in_time = true;
	for (struct shot_request *request = grabber->requests; request; request = request->next) {
		while (is_foreign(request) && !shot_fetch_settle(&request->fetch) && in_time) {
			in_time = shot_wait_readable(shot_display_fd(grabber->display), -1,
					  deadline) != SHOT_WAIT_TIMEOUT;
		}
		if (is_foreign(request)) {
			retire(&request->fetch.buffer);
		}
	}
}

void shot_request_orphan(struct shot_grabber *grabber)
{
	while (grabber->requests) {
		struct shot_request *request = grabber->requests;
		grabber->requests = request->next;
		request->grabber = NULL;
		shot_fetch_drop(&request->fetch);
		shot_seek_destroy(request->seek);
		request->seek = NULL;
		if (request->is_abandoned) {
			free(request);
		}
	}
}

unsigned shot_request_count(const struct shot_grabber *grabber)
{
	unsigned count = 0;
	for (const struct shot_request *it = grabber->requests; it; it = it->next) {
		count += is_awaited(it);
	}
	return count;
}
