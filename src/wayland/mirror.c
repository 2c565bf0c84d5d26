#include "wayland/mirror.h"

#include <stdlib.h>

#include "base/owner.h"
#include "wayland/eye.h"
#include "wayland/frame.h"
#include "wayland/image_copy.h"
#include "wayland/library.h"
#include "wayland/screencopy.h"

#include <wayland-client-protocol.h>

struct shot_wayland_mirror {
	struct shot_wayland_frame frame; /* first: the waiting capture */
	struct shot_wayland_session session;
	struct shot_wayland_pixels pixels;  /* the latest; `shown` has them */
	struct shot_wayland_scratch *shown; /* NULL: none yet */
	struct shot_wayland_scratch *spare; /* the previous picture; NULL: none */
	struct shot_wayland_rects stale;    /* of the spare one */
	uint64_t armed,
		shown_armed; /* the number of the waiting capture, and of the shown picture */
	struct shot_wayland_frame proof; /* a capture sent after it; protocol NULL: none */
	struct wl_callback *sync;	 /* after the proof's end */
	uint64_t proven;		 /* the number of the capture before it */
	bool is_sure;			 /* nothing was drawn before the waiting capture */
};

/* The rectangle on the root. For a turned or scaled output it is the whole output. */
static struct shot_rect on_root(const struct shot_wayland_frame *frame, struct shot_rect rect)
{
	const struct shot_wayland_output *output = frame->output;
	bool is_plain = frame->transform == WL_OUTPUT_TRANSFORM_NORMAL && !frame->is_inverted &&
			frame->width == output->rect.width && frame->height == output->rect.height;
	if (!is_plain) {
		return output->rect;
	}
	rect.x += output->rect.x;
	rect.y += output->rect.y;
	return rect;
}

static void tell(const struct shot_wayland_mirror *mirror, bool is_first)
{
	const struct shot_wayland_frame *frame = &mirror->frame;
	struct shot_wayland *wayland = frame->wayland;
	if (is_first || frame->damaged.count == 0) {
		shot_wayland_eyes_note(wayland, frame->output->rect, is_first);
	}
	for (unsigned i = 0; !is_first && i < frame->damaged.count; i++) {
		shot_wayland_eyes_note(wayland, on_root(frame, frame->damaged.list[i]), false);
	}
}

static void begin(struct shot_wayland_mirror *mirror);

/* Shows the new picture. The old one becomes the spare, which lacks the drawing since. */
static void show(struct shot_wayland_mirror *mirror, struct shot_wayland_frame *frame)
{
	mirror->spare = mirror->shown;
	mirror->shown = frame->scratch;
	mirror->shown_armed = mirror->armed;
	frame->scratch = NULL;
	mirror->stale = frame->damaged;
	mirror->pixels = shot_wayland_frame_pixels(frame, mirror->shown->data);
}

static void on_over(struct shot_wayland_frame *frame)
{
	struct shot_wayland_mirror *mirror = (struct shot_wayland_mirror *)frame;
	struct shot_wayland *wayland = frame->wayland;
	if (frame->state == SHOT_POLL_FAILED) { /* the next layout begins it again */
		if (frame->output) {
			shot_wayland_eyes_note(wayland, frame->output->rect, false);
		}
		wayland->source.is_stale = true;
	} else {
		bool is_first = !mirror->shown;
		show(mirror, frame);
		tell(mirror, is_first);
		begin(mirror);
	}
	shot_wayland_eyes_settle(wayland, shot_wayland_mirrors_are_awaited(wayland));
}

static void begin(struct shot_wayland_mirror *mirror)
{
	struct shot_wayland_frame *frame = &mirror->frame;
	struct shot_wayland_scratch *spare = mirror->spare;
	mirror->spare = NULL; /* it is the frame's now */
	mirror->is_sure = false;
	mirror->armed = ++frame->wayland->armed;
	*frame = (struct shot_wayland_frame){.wayland = frame->wayland,
		.protocol = frame->protocol,
		.output = frame->output,
		.session = &mirror->session,
		.with_damage = true,
		.scratch = spare,
		.stale = spare ? &mirror->stale : NULL,
		.over = on_over};
	shot_wayland_frame_begin(frame);
}

/* Runs at the end of the first look. */
static void on_looked(struct shot_wayland_frame *frame)
{
	struct shot_wayland_mirror *mirror =
		SHOT_CONTAINER(frame, struct shot_wayland_mirror, proof);
	struct shot_wayland *wayland = frame->wayland;
	if (frame->state == SHOT_POLL_DONE && !mirror->shown) {
		show(mirror, frame);
		tell(mirror, true);
	}
	shot_wayland_frame_finish(frame);
	frame->protocol = NULL;
	shot_wayland_eyes_settle(wayland, shot_wayland_mirrors_are_awaited(wayland));
}

/* Captures the first picture, should the waiting capture not end at once: wlroots counts what was
 * drawn for the client, so that a second mirror of an output waits for new drawing. */
static void look(struct shot_wayland_mirror *mirror)
{
	const struct shot_wayland_frame *frame = &mirror->frame;
	mirror->proof = (struct shot_wayland_frame){.wayland = frame->wayland,
		.protocol = frame->protocol,
		.output = frame->output,
		.over = on_looked};
	shot_wayland_frame_begin(&mirror->proof);
}

/* Whether the output was turned since, so that the description of its pixels is uncertain. */
static bool is_outdated(const struct shot_wayland_mirror *mirror)
{
	int32_t transform = mirror->frame.output->transform;
	return (mirror->shown && mirror->pixels.transform != transform) ||
	       (mirror->frame.buffer && mirror->frame.transform != transform);
}

void shot_wayland_mirrors_start(struct shot_wayland *wayland)
{
	for (struct shot_wayland_output *it = wayland->outputs; wayland->eyes && it;
		it = it->next) {
		struct shot_wayland_mirror *mirror = it->mirror;
		if (mirror && (mirror->frame.state == SHOT_POLL_FAILED || is_outdated(mirror))) {
			shot_wayland_mirror_stop(it);
			shot_wayland_eyes_note(wayland, it->rect, false);
		}
		if (!it->mirror && !shot_rect_is_empty(it->rect)) {
			it->mirror = calloc(1, sizeof *it->mirror);
			if (it->mirror) {
				it->mirror->frame.wayland = wayland;
				it->mirror->frame.protocol = wayland->protocol;
				it->mirror->frame.output = it;
				begin(it->mirror);
				if (wayland->protocol == &shot_wayland_screencopy) {
					look(it->mirror);
				}
			}
		}
	}
}

static void on_sync(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct shot_wayland_mirror *mirror = data;
	(void)serial;
	wl_callback_destroy(callback);
	mirror->sync = NULL;
	mirror->is_sure = mirror->armed == mirror->proven;
}

static const struct wl_callback_listener sync_listener = {.done = on_sync};

/* Runs at the proof's end: the events of the waiting capture are on their way. */
static void on_proof(struct shot_wayland_frame *frame)
{
	struct shot_wayland_mirror *mirror =
		SHOT_CONTAINER(frame, struct shot_wayland_mirror, proof);
	shot_wayland_frame_finish(frame);
	frame->protocol = NULL;
	mirror->sync = wl_display_sync(frame->wayland->display);
	wl_callback_add_listener(mirror->sync, &sync_listener, mirror);
}

static void prove(struct shot_wayland_mirror *mirror)
{
	const struct shot_wayland_frame *frame = &mirror->frame;
	bool is_under_way = mirror->proof.protocol || mirror->sync;
	if (is_under_way || !frame->buffer) { /* or the capture is not waiting yet */
		return;
	}
	mirror->proven = mirror->armed;
	mirror->proof = (struct shot_wayland_frame){.wayland = frame->wayland,
		.protocol = frame->protocol,
		.output = frame->output,
		.region = {0, 0, 1, 1}, /* protocols without regions capture the whole output */
		.over = on_proof};
	shot_wayland_frame_begin(&mirror->proof);
}

bool shot_wayland_mirrors_catch_up(struct shot_wayland *wayland, uint64_t armed)
{
	bool is_new = true;
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		struct shot_wayland_mirror *mirror = it->mirror;
		bool is_there = mirror && mirror->shown && mirror->frame.state == SHOT_POLL_WAITING;
		if (is_there && !mirror->is_sure && mirror->shown_armed <= armed) {
			prove(mirror);
			is_new = false;
		}
	}
	shot_wayland_flush(&wayland->source);
	return is_new;
}

void shot_wayland_mirrors_stop(struct shot_wayland *wayland)
{
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		shot_wayland_mirror_stop(it);
	}
}

void shot_wayland_mirror_stop(struct shot_wayland_output *output)
{
	struct shot_wayland_mirror *mirror = output->mirror;
	if (!mirror) {
		return;
	}
	shot_wayland_frame_finish(&mirror->frame);
	shot_wayland_frame_finish(&mirror->proof);
	if (mirror->sync) {
		wl_callback_destroy(mirror->sync);
	}
	shot_wayland_session_finish(&mirror->session);
	if (mirror->shown) {
		mirror->shown->is_used = false;
	}
	if (mirror->spare) {
		mirror->spare->is_used = false;
	}
	free(mirror);
	output->mirror = NULL;
}

bool shot_wayland_mirrors_are_awaited(const struct shot_wayland *wayland)
{
	for (const struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		if (it->mirror && !it->mirror->shown &&
			it->mirror->frame.state == SHOT_POLL_WAITING) {
			return true;
		}
	}
	return false;
}

bool shot_wayland_mirror_read(
	const struct shot_wayland_output *output, struct shot_wayland_pixels *pixels)
{
	const struct shot_wayland_mirror *mirror = output->mirror;
	if (!mirror || !mirror->shown || mirror->frame.state == SHOT_POLL_FAILED) {
		return false;
	}
	*pixels = mirror->pixels;
	return true;
}
