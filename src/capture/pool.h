/* The slots of one display: lent out, taken back by a count alone, capped in number and bytes.
 * Acquiring is the owner thread's; giving back is anybody's (drop the slot's reference). */
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

/* A slot of at least `bytes`, with a reference of the caller's own. An idle one of the same size
 * class first (of those, one that holds `like`, unless that is NULL, or nothing); else a new one
 * while both caps allow; at a cap, one that holds another picture, or idle ones of other classes
 * make room. NULL with EBUSY when all are held, or with the growth's own code (memory, mapping),
 * and SHOT_WANT_SLOT: dropping references and trying again may help. Other slots that have been
 * idle for 30 s go. Without `like`, what the slot holds counts as unknown from then on. */
struct shot_slot *shot_pool_acquire(
	struct shot_pool *pool, size_t bytes, const struct shot_rect *like, struct shot_error *err);

/* Take a slot out whose attach the server refused; the pool's reference is dropped. */
void shot_pool_remove(struct shot_pool *pool, struct shot_slot *slot);

/* Retire the slots that are larger than one for `bytes` would be: idle ones now, held ones later.
 */
void shot_pool_retire_larger(struct shot_pool *pool, size_t bytes);

/* Drop all idle slots, and flush, so that the server lets go of them now. Returns how many bytes
 * that were. */
size_t shot_pool_trim(struct shot_pool *pool);

/* How many slots somebody holds now. */
unsigned shot_pool_held(const struct shot_pool *pool);

/* Drop the pool's references, sending nothing. What is held stays readable until it is let go. */
void shot_pool_finish(struct shot_pool *pool);

#endif
