/* A frame that has been read: it lies in the ring, and its bytes go back to the writer when the
 * last reference to `owner` is dropped. Items may be held and dropped in any order and by any
 * thread; their space is given back in the order in which they were read. */
#ifndef ZB_ITEM_H
#define ZB_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/owner.h"

struct zb_reader;

struct zb_item {
	struct shot_owner owner; /* first; one reference is the caller's of zb_reader_read */
	const uint8_t *data;	 /* in the ring: at any byte, and a hostile writer may change it */
	uint64_t size;
	uint64_t sequence;

	/* The reader's. */
	struct zb_reader *reader;
	struct zb_item *next; /* read after this one */
	uint64_t credit;      /* bytes to give back: header, data and what a wrap burned */
	bool released;
};

/* Whether the ring has been truncated by a peer, so that the data may read as zeros. */
bool zb_item_is_corrupt(const struct zb_item *item);

#endif
