#include "wayland/damage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wayland/frame.h"
#include "wayland/library.h"

#include <wayland-client-protocol.h>

#define RECTS 16 /* rectangles that a watch distinguishes; more become one box */

struct shot_wayland_watch {
	struct shot_watch watch; /* first */
	struct shot_wayland_watch *next;
	struct shot_rect rect;
	struct shot_rect drawn[RECTS]; /* since the last question */
	unsigned count;
	bool is_primed; /* the picture before the watch began is accounted for */
};

/* A capture that waits for something to be drawn. */
struct account {
	struct shot_wayland_frame frame; /* first; `output->damage` leads to it */
	bool is_primed; /* the first capture ends at once, because the compositor counts everything
			   as drawn */
};

static void note(struct shot_wayland_watch *watch, struct shot_rect rect)
{
	rect = shot_rect_intersect(rect, watch->rect);
	if (shot_rect_is_empty(rect)) {
		return;
	}
	watch->watch.is_due = true;
	for (unsigned i = 0; i < watch->count; i++) {
		if (shot_rect_contains(watch->drawn[i], rect)) {
			return;
		}
	}
	if (watch->count == RECTS) {
		watch->count = 0;
		rect = watch->rect;
	}
	watch->drawn[watch->count++] = rect;
}

/* The rectangle on the root. For a turned or mirrored output it is the whole output. */
static struct shot_rect on_root(const struct shot_wayland_frame *frame)
{
	const struct shot_wayland_output *output = frame->output;
	struct shot_rect rect = frame->damaged;
	if (output->transform != WL_OUTPUT_TRANSFORM_NORMAL || frame->is_inverted ||
		shot_rect_is_empty(rect)) {
		return output->rect;
	}
	rect.x += output->rect.x;
	rect.y += output->rect.y;
	return rect;
}

static bool is_any_waiting(const struct shot_wayland *wayland)
{
	for (const struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		if (it->damage && !((const struct account *)it->damage)->is_primed) {
			return true;
		}
	}
	return false;
}

static void begin(struct account *account);

static void on_over(struct shot_wayland_frame *frame)
{
	struct account *account = (struct account *)frame;
	struct shot_wayland *wayland = frame->wayland;
	bool is_new = !account->is_primed;
	account->is_primed = true;
	for (struct shot_wayland_watch *it = wayland->watches; it; it = it->next) {
		if (!is_new || frame->state == SHOT_POLL_FAILED) {
			note(it, frame->output ? on_root(frame) : it->rect);
		}
		it->is_primed |= !is_any_waiting(wayland);
	}
	bool is_failed = frame->state == SHOT_POLL_FAILED;
	shot_wayland_frame_finish(frame);
	if (!is_failed) { /* otherwise the next layout begins it again */
		begin(account);
	}
}

static void begin(struct account *account)
{
	struct shot_wayland_frame *frame = &account->frame;
	*frame = (struct shot_wayland_frame){.wayland = frame->wayland,
		.output = frame->output,
		.with_damage = true,
		.over = on_over};
	shot_wayland_frame_begin(frame);
}

void shot_wayland_damage_start(struct shot_wayland *wayland)
{
	for (struct shot_wayland_output *it = wayland->outputs; wayland->watches && it;
		it = it->next) {
		if (it->damage && it->damage->state == SHOT_POLL_FAILED) {
			shot_wayland_damage_stop(it);
		}
		struct account *account = it->damage ? NULL : calloc(1, sizeof *account);
		if (account) {
			account->frame.wayland = wayland;
			account->frame.output = it;
			it->damage = &account->frame;
			begin(account);
		}
	}
}

void shot_wayland_damage_stop(struct shot_wayland_output *output)
{
	if (output->damage) {
		shot_wayland_frame_finish(output->damage);
		free(output->damage);
		output->damage = NULL;
	}
}

struct shot_watch *shot_wayland_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	struct shot_wayland_watch *own = calloc(1, sizeof *own);
	if (!own) {
		shot_fail_errno(err, ENOMEM, "cannot watch the screen");
		return NULL;
	}
	own->rect = rect;
	own->drawn[own->count++] = rect;
	own->next = wayland->watches;
	wayland->watches = own;
	shot_wayland_damage_start(wayland);
	own->is_primed = !is_any_waiting(wayland);
	return &own->watch;
}

uintptr_t shot_wayland_watch_ask(struct shot_watch *watch)
{
	return (uintptr_t)watch;
}

enum shot_poll shot_wayland_watch_poll(struct shot_source *source, uintptr_t question,
	struct shot_region *region, struct shot_error *err)
{
	struct shot_wayland_watch *own = (struct shot_wayland_watch *)question;
	if (!shot_wayland_take_events(source, err)) {
		return SHOT_POLL_FAILED;
	}
	if (!own->is_primed) {
		return SHOT_POLL_WAITING;
	}
	if (!shot_region_resize(region, own->count, err)) {
		return SHOT_POLL_FAILED;
	}
	if (own->count > 0) {
		memcpy(region->rects, own->drawn, own->count * sizeof *own->drawn);
	}
	own->count = 0;
	own->watch.is_due = false;
	return SHOT_POLL_DONE;
}

void shot_wayland_watch_destroy(struct shot_watch *watch)
{
	struct shot_wayland_watch *own = (struct shot_wayland_watch *)watch;
	if (watch->source) {
		struct shot_wayland *wayland = shot_wayland_of(watch->source);
		struct shot_wayland_watch **at = &wayland->watches;
		while (*at != own) {
			at = &(*at)->next;
		}
		*at = own->next;
		for (struct shot_wayland_output *it = wayland->outputs; !wayland->watches && it;
			it = it->next) {
			shot_wayland_damage_stop(it);
		}
	}
	free(own);
}
