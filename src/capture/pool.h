/* The slots of one display, with caps on their number and bytes. Only the owner thread acquires a
 * slot; any thread gives it back by dropping its reference. */
#ifndef SHOT_CAPTURE_POOL_H
#define SHOT_CAPTURE_POOL_H

#include "capture/slot.h"
#include "capture/buffer_source.h"

#define SHOT_POOL_SLOTS_MAX 1024

struct shot_pool {
	struct shot_buffer_source buffers; /* acquire and remove */
	struct shot_source *source;
	enum shot_memory memory; /* of its slots */
	unsigned slots_cap;
	size_t bytes_cap;
	struct shot_slot **slots; /* `count` of them, room for `slots_cap` */
	unsigned count;
	size_t bytes;	  /* of all slots */
	unsigned peak;	  /* most slots held at one time */
	uint64_t growths; /* slots made */
};

/* An empty pool: at most `slots` (1 to SHOT_POOL_SLOTS_MAX) and `bytes`. */
bool shot_pool_init(struct shot_pool *pool, struct shot_source *source, enum shot_memory memory,
	unsigned slots, size_t bytes, struct shot_error *err);

/* A slot of at least `bytes`, with a reference of the caller's own. The pool prefers an idle one of
 * the same size class that holds `like` (if not NULL) or no picture; else it makes a new one while
 * both caps allow. At a cap it takes one that holds another picture, or drops idle ones of other
 * classes. NULL with EBUSY when all are held, or with the growth's own code (memory, mapping), and
 * SHOT_WANT_SLOT: dropping references and trying again may help. Other slots that have been idle
 * for 30 s are freed. Without `like`, the slot's contents count as unknown from then on. */
struct shot_slot *shot_pool_acquire(
	struct shot_pool *pool, size_t bytes, const struct shot_rect *like, struct shot_error *err);

/* Remove a slot whose attach the server refused, and drop the pool's reference. */
void shot_pool_remove(struct shot_pool *pool, struct shot_slot *slot);

/* Retire the slots that are larger than the class of `bytes`: idle ones now, held ones later.
 */
void shot_pool_retire_larger(struct shot_pool *pool, size_t bytes);

/* Drop all idle slots, and flush, so that the server detaches them now. Returns their bytes. */
size_t shot_pool_trim(struct shot_pool *pool);

/* The number of slots that are held now. */
unsigned shot_pool_held(const struct shot_pool *pool);

/* Drop the pool's references, without sending anything. Held slots stay readable until they are
 * dropped. */
void shot_pool_finish(struct shot_pool *pool);

#endif
