/* The base of every object that can hold pixels (slot, ring item, ring reservation, heap image): an
 * atomic count, and the function to call at zero. Any thread may drop the last reference. */
#ifndef SHOT_BASE_OWNER_H
#define SHOT_BASE_OWNER_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The `type` whose member `member` lies at `pointer`. */
#define SHOT_CONTAINER(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

struct shot_owner {
	_Atomic uint32_t count;
	void (*destroy)(
		struct shot_owner *owner); /* called once, by the thread that drops the last */
};

/* Start with one reference, the caller's. */
static inline void shot_owner_init(
	struct shot_owner *owner, void (*destroy)(struct shot_owner *owner))
{
	atomic_init(&owner->count, 1);
	owner->destroy = destroy;
}

/* One more reference; the caller must already hold one. */
static inline void shot_owner_ref(struct shot_owner *owner)
{
	uint32_t before = atomic_fetch_add_explicit(&owner->count, 1, memory_order_relaxed);
	assert(before > 0 && before < UINT32_MAX);
	(void)before;
}

/* Give one reference back. NULL is allowed. */
static inline void shot_owner_unref(struct shot_owner *owner)
{
	if (!owner) {
		return;
	}
	uint32_t before = atomic_fetch_sub_explicit(&owner->count, 1, memory_order_acq_rel);
	assert(before > 0);
	if (before == 1) {
		owner->destroy(owner);
	}
}

/* Take a second reference if the caller holds the only one: a pool lends an idle slot this way.
 * Acquire order, so that the last user's reads are over before the next user writes. */
static inline bool shot_owner_acquire_idle(struct shot_owner *owner)
{
	uint32_t idle = 1;
	return atomic_compare_exchange_strong_explicit(
		&owner->count, &idle, 2, memory_order_acquire, memory_order_relaxed);
}

/* Whether only the caller holds a reference, at this moment. */
static inline bool shot_owner_is_idle(const struct shot_owner *owner)
{
	return atomic_load_explicit(&owner->count, memory_order_acquire) == 1;
}

#endif
