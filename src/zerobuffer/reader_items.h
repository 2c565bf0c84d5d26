/* The items of a reader that have not been given back, oldest first: space goes back in the order
 * in which it was read, whatever the order of the releases. The reader's lock guards them. Inline,
 * because reading a small frame takes some hundred instructions. */
#ifndef ZB_READER_ITEMS_H
#define ZB_READER_ITEMS_H

#include <stdint.h>
#include <stdlib.h>

#include "zerobuffer/reader.h"

struct zb_items {
	struct zb_item *first, **last;
	struct zb_item *spare; /* one that was given back, for the next frame; or NULL */
};

static inline void zb_items_init(struct zb_items *items)
{
	*items = (struct zb_items){.last = &items->first};
}

/* Memory for the next item; NULL when there is none. Fill it, then add it. */
static inline struct zb_item *zb_items_new(struct zb_items *items)
{
	struct zb_item *item = items->spare ? items->spare : malloc(sizeof *item);
	items->spare = NULL;
	return item;
}

static inline void zb_items_add(struct zb_items *items, struct zb_item *item)
{
	*items->last = item;
	items->last = &item->next;
}

/* Release an item, and take off all that are released and have no older one before them. Returns
 * their number; `*credit` receives the bytes to give back. */
static inline uint32_t zb_items_release(
	struct zb_items *items, struct zb_item *item, uint64_t *credit)
{
	uint32_t frames = 0;
	*credit = 0;
	item->released = true;
	while (items->first && items->first->released) {
		struct zb_item *oldest = items->first;
		items->first = oldest->next;
		*credit += oldest->credit;
		frames++;
		free(items->spare);
		items->spare = oldest;
	}
	if (!items->first) {
		items->last = &items->first;
	}
	return frames;
}

/* Free what is left when no item is. */
static inline void zb_items_finish(struct zb_items *items)
{
	free(items->spare);
}

#endif
