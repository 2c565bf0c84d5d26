#include "capture/pool.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "capture/source.h"

#define PAGE 4096
#define UNUSED_NS (30 * SHOT_NS_PER_S)

/* Eight classes to each power of two: rounding wastes less than an eighth. */
static size_t size_class(size_t bytes)
{
	size_t step = PAGE;
	while (step * 16 <= bytes) {
		step *= 2;
	}
	return (bytes + step - 1) / step * step;
}

static bool take(struct shot_buffer_source *buffers, size_t bytes, struct shot_buffer *out,
	struct shot_error *err)
{
	struct shot_slot *slot = shot_pool_acquire(
		SHOT_CONTAINER(buffers, struct shot_pool, buffers), bytes, NULL, err);
	if (!slot) {
		return false;
	}
	*out = (struct shot_buffer){
		.owner = &slot->owner, .buffers = buffers, .attachment = &slot->attachment};
	return true;
}

static void refuse(struct shot_buffer_source *buffers, const struct shot_buffer *buffer)
{
	shot_pool_remove(SHOT_CONTAINER(buffers, struct shot_pool, buffers),
		SHOT_CONTAINER(buffer->owner, struct shot_slot, owner));
}

bool shot_pool_init(struct shot_pool *pool, struct shot_source *source, enum shot_memory memory,
	unsigned slots, size_t bytes, struct shot_error *err)
{
	*pool = (struct shot_pool){
		.buffers = {take, refuse},
		.source = source,
		.memory = memory,
		.slots_cap = slots,
		.bytes_cap = bytes,
	};
	pool->slots = calloc(slots, sizeof(struct shot_slot *));
	return pool->slots || shot_fail_errno(err, ENOMEM, "cannot make a pool of %u slots", slots);
}

static void drop(struct shot_pool *pool, unsigned i)
{
	struct shot_slot *slot = pool->slots[i];
	pool->slots[i] = pool->slots[--pool->count];
	pool->bytes -= slot->attachment.size;
	pool->source->kind->detach(pool->source, &slot->attachment);
	shot_owner_unref(&slot->owner);
}

static bool holds_other(const struct shot_slot *slot, const struct shot_rect *like)
{
	return slot->content.ticket && !(like && shot_rect_equal(slot->content.rect, *like));
}

/* Whether idle slot `a` suits better than `b` (NULL: none yet). The order of preference is: the
 * slot that holds `like` and was read last; the most recently used slot without a picture, because
 * its pages are warm; the slot whose picture was least recently requested. */
static bool is_better(
	const struct shot_slot *a, const struct shot_slot *b, const struct shot_rect *like)
{
	if (!b) {
		return true;
	}
	uint64_t a_fresh = like && shot_rect_equal(a->content.rect, *like) ? a->content.ticket : 0;
	uint64_t b_fresh = like && shot_rect_equal(b->content.rect, *like) ? b->content.ticket : 0;
	if (a_fresh != b_fresh) {
		return a_fresh > b_fresh;
	}
	bool a_other = holds_other(a, like), b_other = holds_other(b, like);
	if (a_other != b_other) {
		return b_other;
	}
	return a_other ? a->last_used < b->last_used : a->last_used > b->last_used;
}

/* Visits each slot: drops retired and long unused ones, and finds the best idle one of `class`. */
static struct shot_slot *sweep(
	struct shot_pool *pool, size_t class, const struct shot_rect *like, int64_t now)
{
	struct shot_slot *best = NULL;
	for (unsigned i = pool->count; i-- > 0;) {
		struct shot_slot *slot = pool->slots[i];
		if (!shot_owner_is_idle(&slot->owner)) {
			slot->last_used = now;
		} else if (slot->is_retired) {
			drop(pool, i);
		} else if (slot->attachment.size == class && is_better(slot, best, like)) {
			best = slot;
		}
	}
	for (unsigned i = pool->count; i-- > 0;) {
		struct shot_slot *slot = pool->slots[i];
		if (slot != best && now - slot->last_used > UNUSED_NS &&
			shot_owner_is_idle(&slot->owner)) {
			drop(pool, i);
		}
	}
	return best;
}

static bool has_room(const struct shot_pool *pool, size_t class)
{
	return pool->count < pool->slots_cap && pool->bytes_cap - pool->bytes >= class;
}

/* Makes room for one more slot of `class` by dropping idle ones, the least recently used first. */
static bool make_room(struct shot_pool *pool, size_t class, struct shot_error *err)
{
	while (!has_room(pool, class)) {
		unsigned oldest = pool->count;
		for (unsigned i = 0; i < pool->count; i++) {
			if (shot_owner_is_idle(&pool->slots[i]->owner) &&
				(oldest == pool->count || pool->slots[i]->last_used <
								  pool->slots[oldest]->last_used)) {
				oldest = i;
			}
		}
		if (oldest < pool->count) {
			drop(pool, oldest);
		} else if (pool->count == pool->slots_cap) {
			return shot_fail(err, "EBUSY",
				"all %u slots are held (slots = %u): release a frame, or open the "
				"display "
				"with more slots",
				pool->count, pool->slots_cap);
		} else {
			return shot_fail(err, "EBUSY",
				"all %u slots are held, and one more of %zu bytes would pass bytes "
				"= %zu: "
				"release a frame, or open the display with more bytes",
				pool->count, class, pool->bytes_cap);
		}
	}
	return true;
}

static struct shot_slot *grow(struct shot_pool *pool, size_t class, struct shot_error *err)
{
	if (!make_room(pool, class, err)) {
		return NULL;
	}
	struct shot_slot *slot = shot_slot_create(pool->source, pool->memory, class, err);
	if (slot) {
		pool->slots[pool->count++] = slot;
		pool->bytes += class;
		pool->growths++;
	}
	return slot;
}

struct shot_slot *shot_pool_acquire(
	struct shot_pool *pool, size_t bytes, const struct shot_rect *like, struct shot_error *err)
{
	size_t class = size_class(bytes);
	int64_t now = shot_clock_ns();
	if (bytes > pool->bytes_cap) {
		shot_fail(err, "ENOMEM",
			"a frame of %zu bytes never fits a pool of bytes = %zu: open the display "
			"with more",
			bytes, pool->bytes_cap);
		return NULL;
	}
	class = class < pool->bytes_cap ? class : pool->bytes_cap;
	struct shot_slot *slot = sweep(pool, class, like, now);
	if (!slot || (holds_other(slot, like) && has_room(pool, class))) {
		struct shot_slot *grown = grow(pool, class, err);
		slot = grown ? grown : slot;
	}
	if (!slot) {
		err->want = SHOT_WANT_SLOT;
		return NULL;
	}
	slot->last_used = now;
	if (!like) {
		slot->content.ticket = 0;
	}
	bool lent = shot_owner_acquire_idle(&slot->owner);
	assert(lent); /* the slot was idle, and only this thread lends */
	(void)lent;
	unsigned held = shot_pool_held(pool);
	pool->peak = held > pool->peak ? held : pool->peak;
	return slot;
}

void shot_pool_remove(struct shot_pool *pool, struct shot_slot *slot)
{
	for (unsigned i = 0; i < pool->count; i++) {
		if (pool->slots[i] == slot) {
			drop(pool, i);
			return;
		}
	}
}

void shot_pool_retire_larger(struct shot_pool *pool, size_t bytes)
{
	size_t largest = size_class(bytes);
	for (unsigned i = pool->count; i-- > 0;) {
		if (pool->slots[i]->attachment.size > largest) {
			pool->slots[i]->is_retired = true;
			if (shot_owner_is_idle(&pool->slots[i]->owner)) {
				drop(pool, i);
			}
		}
	}
}

size_t shot_pool_trim(struct shot_pool *pool)
{
	size_t before = pool->bytes;
	for (unsigned i = pool->count; i-- > 0;) {
		if (shot_owner_is_idle(&pool->slots[i]->owner)) {
			drop(pool, i);
		}
	}
	pool->source->kind->flush(pool->source);
	return before - pool->bytes;
}

unsigned shot_pool_held(const struct shot_pool *pool)
{
	unsigned held = 0;
	for (unsigned i = 0; i < pool->count; i++) {
		held += !shot_owner_is_idle(&pool->slots[i]->owner);
	}
	return held;
}

void shot_pool_finish(struct shot_pool *pool)
{
	while (pool->count > 0) {
		shot_owner_unref(&pool->slots[--pool->count]->owner);
	}
	free(pool->slots);
	*pool = (struct shot_pool){0};
}
