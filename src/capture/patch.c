#include "capture/patch.h"

#include <string.h>

#include "base/clock.h"
#include "x11/owed.h"

#define TRIES \
	2 /* at catching up with a busy screen in pieces, before all of it is read at once \
	   */

bool shot_patch_begin(struct shot_patch *patch, struct shot_error *err)
{
	shot_owed_paint(patch->display); /* so that the answer includes it */
	patch->step = SHOT_PATCH_LOOK;
	patch->ticket = shot_damage_ask(patch->damage);
	return patch->ticket ||
	       shot_fail(err, "EBUSY", "more than %d captures are under way", SHOT_DAMAGE_PENDING);
}

static void send_whole(struct shot_patch *patch)
{
	patch->parts[0] = (struct shot_part){.rect = patch->rect};
	patch->in_place = (struct shot_reading){.parts = patch->parts, .count = 1};
	patch->aside = (struct shot_reading){0};
	patch->step = SHOT_PATCH_WHOLE;
	patch->slot->content.whole_ns = shot_clock_ns();
	shot_reading_send(
		&patch->in_place, patch->display, patch->display->root, &patch->slot->attachment);
	xcb_flush(patch->display->xcb);
}

static size_t offset_of(const struct shot_patch *patch, struct shot_rect rect)
{
	return ((size_t)(rect.y - patch->rect.y) * (size_t)patch->rect.width +
		       (size_t)(rect.x - patch->rect.x)) *
	       4;
}

/* Give each piece its place: bands in the slot, narrow ones one behind the other in the scratch.
 * Returns the bytes that those take. */
static size_t place(struct shot_patch *patch)
{
	size_t bytes = 0;
	patch->in_place = (struct shot_reading){.parts = patch->parts};
	patch->aside = (struct shot_reading){.parts = patch->asides};
	for (unsigned i = 0; i < patch->plan.count; i++) {
		struct shot_rect rect = patch->plan.pieces[i].rect;
		if (patch->plan.pieces[i].is_narrow) {
			patch->asides[patch->aside.count++] =
				(struct shot_part){.rect = rect, .offset = bytes};
			bytes += shot_part_bytes(rect);
		} else {
			patch->parts[patch->in_place.count++] =
				(struct shot_part){.rect = rect, .offset = offset_of(patch, rect)};
		}
	}
	return bytes;
}

static bool reserve_scratch(struct shot_patch *patch, size_t bytes)
{
	struct shot_error ignored;
	if (bytes > 0 && !patch->scratch) {
		/* One size for all, so that the same slot serves again; a plan that reads more
		 * aside than a half would cost more than the whole. */
		patch->scratch = shot_pool_acquire(
			patch->pool, shot_part_bytes(patch->rect) / 2 + 1, NULL, &ignored);
	}
	return bytes == 0 || patch->scratch;
}

/* Read `stale`, or all of it where that is cheaper, and ask again in the same flush. */
static void send_stale(struct shot_patch *patch, struct shot_rect *stale, unsigned count)
{
	shot_plan_make(&patch->plan, patch->rect, stale, count);
	if (patch->plan.is_full || !reserve_scratch(patch, place(patch))) {
		send_whole(patch);
		return;
	}
	xcb_window_t root = patch->display->root;
	shot_reading_send(&patch->in_place, patch->display, root, &patch->slot->attachment);
	if (patch->scratch) {
		shot_reading_send(&patch->aside, patch->display, root, &patch->scratch->attachment);
	}
	patch->step = SHOT_PATCH_PIECES;
	patch->check = shot_damage_ask(patch->damage);
	xcb_flush(patch->display->xcb);
}

/* Copy the narrow pieces to where they belong. */
static void insert_asides(struct shot_patch *patch)
{
	for (unsigned i = 0; i < patch->aside.count; i++) {
		const struct shot_part *part = &patch->asides[i];
		const uint8_t *from = patch->scratch->attachment.data + part->offset;
		uint8_t *to = patch->slot->attachment.data + offset_of(patch, part->rect);
		size_t row = (size_t)part->rect.width * 4;
		for (int32_t y = 0; y < part->rect.height; y++) {
			memcpy(to, from, row);
			from += row;
			to += (size_t)patch->rect.width * 4;
		}
	}
}

static enum shot_part_state finish(struct shot_patch *patch)
{
	patch->slot->content.rect = patch->rect;
	patch->slot->content.ticket = patch->ticket;
	return SHOT_PART_IN;
}

/* The first answer is in: choose a slot and read what is stale in it. */
static enum shot_part_state start(struct shot_patch *patch, bool *starved, struct shot_error *err)
{
	size_t bytes = shot_part_bytes(patch->rect);
	patch->slot = shot_pool_acquire(patch->pool, bytes, &patch->rect, err);
	if (!patch->slot) {
		*starved = true;
		return SHOT_PART_FAILED;
	}
	struct shot_content held = patch->slot->content;
	patch->slot->content.ticket = 0; /* half of it may be new until it is finished */
	struct shot_rect stale[SHOT_PLAN_RECTS];
	int count = -1;
	if (held.ticket && shot_rect_equal(held.rect, patch->rect) &&
		(!patch->refresh_ns || shot_clock_ns() - held.whole_ns < patch->refresh_ns)) {
		count = shot_log_since(shot_damage_log(patch->damage), held.ticket, patch->rect,
			stale, SHOT_PLAN_RECTS - 1);
	}
	if (count >= 0 && !shot_rect_is_empty(held.drawn)) {
		stale[count++] = held.drawn;
	}
	patch->slot->content.drawn = (struct shot_rect){0};
	if (count == 0) {
		return finish(patch);
	}
	if (count > 0) {
		send_stale(patch, stale, (unsigned)count);
	} else {
		send_whole(patch);
	}
	return SHOT_PART_WAITING;
}

/* The pieces are in, and so is what was drawn meanwhile. */
static enum shot_part_state check(struct shot_patch *patch)
{
	insert_asides(patch);
	struct shot_rect stale[SHOT_PLAN_RECTS];
	int count = shot_log_since(
		shot_damage_log(patch->damage), patch->ticket, patch->rect, stale, SHOT_PLAN_RECTS);
	if (count == 0 && patch->check) {
		patch->ticket = patch->check;
		return finish(patch);
	}
	patch->ticket = patch->check ? patch->check : patch->ticket;
	if (count < 0 || ++patch->tries == TRIES || !patch->check) {
		send_whole(patch);
	} else {
		send_stale(patch, stale, (unsigned)count);
	}
	return SHOT_PART_WAITING;
}

/* What both readings come to. */
static enum shot_part_state poll_readings(struct shot_patch *patch, struct shot_error *err)
{
	enum shot_part_state state =
		shot_reading_poll(&patch->in_place, patch->display, &patch->slot->attachment);
	const struct shot_reading *failed = &patch->in_place;
	if (state == SHOT_PART_WAITING) {
		return state;
	}
	if (patch->aside.sent > 0) {
		enum shot_part_state aside = shot_reading_poll(
			&patch->aside, patch->display, &patch->scratch->attachment);
		if (aside == SHOT_PART_WAITING) {
			return aside;
		}
		if (state == SHOT_PART_IN && aside != SHOT_PART_IN) {
			state = aside;
			failed = &patch->aside;
		}
	}
	if (state != SHOT_PART_IN) {
		*err = failed->err;
	}
	return state;
}

static bool confirm(struct shot_patch *patch, struct shot_slot *slot, struct shot_error *err)
{
	if (!slot || shot_attachment_confirm(&slot->attachment, patch->display->xcb, err)) {
		return true;
	}
	shot_pool_remove(patch->pool, slot);
	return false;
}

enum shot_part_state shot_patch_poll(
	struct shot_patch *patch, bool *starved, struct shot_error *err)
{
	for (;;) {
		enum shot_part_state state = SHOT_PART_IN;
		if (patch->step != SHOT_PATCH_LOOK) {
			state = poll_readings(patch, err);
			if (state == SHOT_PART_WAITING) {
				return state;
			}
			if (!confirm(patch, patch->slot, err) ||
				!confirm(patch, patch->scratch, err)) {
				*starved = true;
				return SHOT_PART_FAILED;
			}
			if (state != SHOT_PART_IN) {
				return state;
			}
		}
		if (patch->step == SHOT_PATCH_WHOLE) {
			return finish(patch);
		}
		bool looking = patch->step == SHOT_PATCH_LOOK;
		int done = shot_damage_poll(
			patch->damage, looking ? patch->ticket : patch->check, err);
		if (done <= 0) {
			return done == 0 ? SHOT_PART_WAITING : SHOT_PART_FAILED;
		}
		state = looking ? start(patch, starved, err) : check(patch);
		if (state != SHOT_PART_WAITING) {
			return state;
		}
	}
}

bool shot_patch_is_awaited(const struct shot_patch *patch)
{
	return shot_reading_is_awaited(&patch->in_place) || shot_reading_is_awaited(&patch->aside);
}

bool shot_patch_settle(struct shot_patch *patch)
{
	struct shot_error ignored;
	if (!patch->slot) {
		return true;
	}
	if (poll_readings(patch, &ignored) == SHOT_PART_WAITING) {
		return false;
	}
	confirm(patch, patch->slot, &ignored);
	confirm(patch, patch->scratch, &ignored);
	return true;
}

void shot_patch_finish(struct shot_patch *patch)
{
	if (patch->slot) {
		shot_owner_unref(&patch->slot->owner);
		patch->slot = NULL;
	}
	if (patch->scratch) {
		shot_owner_unref(&patch->scratch->owner);
		patch->scratch = NULL;
	}
}
