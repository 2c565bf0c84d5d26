#include "capture/update.h"

#include <string.h>

#include "base/clock.h"
#include "capture/damage.h"

/* The rounds of reading a busy screen in pieces, before it is read as a whole. */
#define TRIES 2

/* Takes a slot for the picture, and returns its content so far. */
static bool take_slot(struct shot_update *update, struct shot_content *held, struct shot_error *err)
{
	size_t bytes = shot_tile_bytes(update->rect);
	update->slot = shot_pool_acquire(update->pool, bytes, &update->rect, err);
	if (!update->slot) {
		return false;
	}
	*held = update->slot->content;
	update->slot->content.ticket = 0; /* the slot may be partly new until the update ends */
	update->slot->content.drawn = (struct shot_rect){0};
	return true;
}

/* Sends the request for everything; the caller flushes. */
static void read_whole(struct shot_update *update)
{
	update->tiles[0] = (struct shot_tile){.rect = update->rect};
	update->in_place = (struct shot_tiles){.list = update->tiles, .count = 1};
	update->aside = (struct shot_tiles){0};
	update->step = SHOT_UPDATE_WHOLE;
	update->slot->content.whole_ns = shot_clock_ns();
	shot_tiles_send(&update->in_place, update->source, &update->slot->attachment);
}

bool shot_update_begin(struct shot_update *update, struct shot_error *err)
{
	struct shot_content held;
	update->step = SHOT_UPDATE_LOOK;
	update->ticket = shot_damage_ask(update->damage, false);
	if (!update->ticket) {
		return shot_fail(err, "EBUSY",
			"more than %d captures are in progress without an answer",
			SHOT_DAMAGE_PENDING);
	}
	if (!update->source->kind->is_ordered ||
		!shot_damage_is_busy(update->damage, update->rect)) {
		return true;
	}
	if (!take_slot(update, &held, err)) {
		return false;
	}
	read_whole(update);
	return true;
}

static void send_whole(struct shot_update *update)
{
	shot_source_hold(update->source, update->search);
	read_whole(update);
	shot_source_let_go(update->source, update->search);
	update->source->kind->flush(update->source);
	shot_attachment_populate(&update->slot->attachment, shot_tile_bytes(update->rect));
}

static size_t offset_of(const struct shot_update *update, struct shot_rect rect)
{
	return ((size_t)(rect.y - update->rect.y) * (size_t)update->rect.width +
		       (size_t)(rect.x - update->rect.x)) *
	       4;
}

/* Gives each piece its place: bands in the slot, narrow ones one after the other in the scratch.
 * Returns the bytes of the narrow ones. */
static size_t place(struct shot_update *update)
{
	size_t bytes = 0;
	update->in_place = (struct shot_tiles){.list = update->tiles};
	update->aside = (struct shot_tiles){.list = update->asides};
	for (unsigned i = 0; i < update->plan.count; i++) {
		struct shot_rect rect = update->plan.pieces[i].rect;
		if (update->plan.pieces[i].is_narrow) {
			update->asides[update->aside.count++] =
				(struct shot_tile){.rect = rect, .offset = bytes};
			bytes += shot_tile_bytes(rect);
		} else {
			update->tiles[update->in_place.count++] =
				(struct shot_tile){.rect = rect, .offset = offset_of(update, rect)};
		}
	}
	return bytes;
}

static bool reserve_scratch(struct shot_update *update, size_t bytes)
{
	struct shot_error ignored;
	if (bytes > 0 && !update->scratch) {
		/* One size for all updates, so that the same slot serves again. A plan that reads
		 * more than half aside would cost more than the whole. */
		update->scratch = shot_pool_acquire(
			update->pool, shot_tile_bytes(update->rect) / 2 + 1, NULL, &ignored);
	}
	return bytes == 0 || update->scratch;
}

/* Reads `stale`, or the whole rectangle if that is cheaper, and asks again in the same flush. */
static void send_stale(struct shot_update *update, struct shot_rect *stale, unsigned count)
{
	shot_update_plan_make(&update->plan, update->rect, stale, count);
	if (update->plan.is_full || !reserve_scratch(update, place(update))) {
		send_whole(update);
		return;
	}
	shot_source_hold(update->source, update->search);
	shot_tiles_send(&update->in_place, update->source, &update->slot->attachment);
	if (update->scratch) {
		shot_tiles_send(&update->aside, update->source, &update->scratch->attachment);
	}
	update->step = SHOT_UPDATE_PIECES;
	update->check = shot_damage_ask(update->damage, true);
	shot_source_let_go(update->source, update->search);
	update->source->kind->flush(update->source);
}

/* Copies the narrow pieces to their places. */
static void insert_asides(struct shot_update *update)
{
	for (unsigned i = 0; i < update->aside.count; i++) {
		const struct shot_tile *tile = &update->asides[i];
		const uint8_t *from = update->scratch->attachment.data + tile->offset;
		uint8_t *to = update->slot->attachment.data + offset_of(update, tile->rect);
		size_t row = (size_t)tile->rect.width * 4;
		for (int32_t y = 0; y < tile->rect.height; y++) {
			memcpy(to, from, row);
			from += row;
			to += (size_t)update->rect.width * 4;
		}
	}
}

static enum shot_poll finish(struct shot_update *update)
{
	update->slot->content.rect = update->rect;
	update->slot->content.ticket = update->ticket;
	return SHOT_POLL_DONE;
}

/* After the first answer: chooses a slot and reads its stale regions. */
static enum shot_poll start(struct shot_update *update, struct shot_error *err)
{
	struct shot_content held;
	if (!take_slot(update, &held, err)) {
		return SHOT_POLL_FAILED;
	}
	struct shot_rect stale[SHOT_UPDATE_PLAN_RECTS];
	int count = -1;
	if (held.ticket && shot_rect_equal(held.rect, update->rect) &&
		(!update->refresh_ns || shot_clock_ns() - held.whole_ns < update->refresh_ns)) {
		count = shot_damage_log_since(shot_damage_log_of(update->damage), held.ticket,
			update->rect, stale, SHOT_UPDATE_PLAN_RECTS - 1);
	}
	if (count >= 0 && !shot_rect_is_empty(held.drawn)) {
		stale[count++] = held.drawn;
	}
	if (count == 0) {
		return finish(update);
	}
	if (count > 0) {
		send_stale(update, stale, (unsigned)count);
	} else {
		send_whole(update);
	}
	return SHOT_POLL_WAITING;
}

/* Runs after the pieces and the second answer have arrived. */
static enum shot_poll check(struct shot_update *update)
{
	insert_asides(update);
	struct shot_rect stale[SHOT_UPDATE_PLAN_RECTS];
	int count = shot_damage_log_since(shot_damage_log_of(update->damage), update->ticket,
		update->rect, stale, SHOT_UPDATE_PLAN_RECTS);
	if (count == 0 && update->check) {
		update->ticket = update->check;
		return finish(update);
	}
	update->ticket = update->check ? update->check : update->ticket;
	if (count < 0 || ++update->tries == TRIES || !update->check) {
		send_whole(update);
	} else {
		send_stale(update, stale, (unsigned)count);
	}
	return SHOT_POLL_WAITING;
}

/* The joint outcome of both readings, after all their replies are read. */
static enum shot_poll poll_readings(struct shot_update *update, struct shot_error *err)
{
	enum shot_poll outcome =
		shot_tiles_poll(&update->in_place, update->source, &update->slot->attachment, err);
	if (outcome == SHOT_POLL_WAITING || update->aside.sent == 0) {
		return outcome;
	}
	struct shot_error aside_err;
	enum shot_poll aside = shot_tiles_poll(
		&update->aside, update->source, &update->scratch->attachment, &aside_err);
	if (aside == SHOT_POLL_WAITING) {
		return aside;
	}
	if (outcome == SHOT_POLL_DONE && aside == SHOT_POLL_FAILED) {
		*err = aside_err;
		return aside;
	}
	return outcome;
}

static bool confirm(struct shot_update *update, struct shot_slot *slot, struct shot_error *err)
{
	if (!slot || update->source->kind->confirm(update->source, &slot->attachment, err)) {
		return true;
	}
	shot_pool_remove(update->pool, slot);
	err->want = SHOT_WANT_SLOT; /* in other memory */
	return false;
}

enum shot_poll shot_update_poll(struct shot_update *update, struct shot_error *err)
{
	for (;;) {
		enum shot_poll outcome = SHOT_POLL_DONE;
		if (update->step != SHOT_UPDATE_LOOK) {
			outcome = poll_readings(update, err);
			if (outcome == SHOT_POLL_WAITING) {
				return outcome;
			}
			if (!confirm(update, update->slot, err) ||
				!confirm(update, update->scratch, err)) {
				return SHOT_POLL_FAILED;
			}
			if (outcome != SHOT_POLL_DONE) {
				return outcome;
			}
		}
		bool looking = update->step != SHOT_UPDATE_PIECES;
		outcome = shot_damage_poll(
			update->damage, looking ? update->ticket : update->check, err);
		if (outcome != SHOT_POLL_DONE) {
			return outcome;
		}
		if (update->step == SHOT_UPDATE_WHOLE) {
			return finish(update);
		}
		outcome = looking ? start(update, err) : check(update);
		if (outcome != SHOT_POLL_WAITING) {
			return outcome;
		}
	}
}

bool shot_update_is_awaited(const struct shot_update *update)
{
	return shot_tiles_are_awaited(&update->in_place) || shot_tiles_are_awaited(&update->aside);
}

void shot_update_cancel(struct shot_update *update)
{
	shot_tiles_cancel(&update->in_place, update->source);
	shot_tiles_cancel(&update->aside, update->source);
}

bool shot_update_settle(struct shot_update *update)
{
	struct shot_error ignored;
	if (!update->slot) {
		return true;
	}
	if (poll_readings(update, &ignored) == SHOT_POLL_WAITING) {
		return false;
	}
	confirm(update, update->slot, &ignored);
	confirm(update, update->scratch, &ignored);
	return true;
}

void shot_update_finish(struct shot_update *update)
{
	if (update->slot) {
		shot_owner_unref(&update->slot->owner);
		update->slot = NULL;
	}
	if (update->scratch) {
		shot_owner_unref(&update->scratch->owner);
		update->scratch = NULL;
	}
}
