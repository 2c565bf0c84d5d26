#include "zerobuffer/item.h"

#include <errno.h>
#include <stdlib.h>

#include "zerobuffer/reading.h"

/* The last reference to an item is gone: give back its bytes if all older ones are back. */
static void release(struct shot_owner *owner)
{
	struct zb_item *item = (struct zb_item *)owner;
	struct zb_reader *reader = item->reader;
	uint64_t credit = 0;
	pthread_mutex_lock(&reader->lock);
	item->released = true;
	while (reader->first && reader->first->released) {
		struct zb_item *oldest = reader->first;
		reader->first = oldest->next;
		credit += oldest->credit;
		free(oldest);
	}
	if (!reader->first) {
		reader->last = &reader->first;
	}
	if (credit && !reader->closed) {
		zb_cursor_give(&reader->cursor, &reader->object, credit);
		zb_semaphore_post(&reader->object.space);
	}
	bool last = reader->destroyed && !reader->first;
	pthread_mutex_unlock(&reader->lock);
	if (last) {
		zb_reader_finish(reader);
	}
}

enum zb_look zb_reader_take(struct zb_reader *reader, struct zb_item **out, struct shot_error *err)
{
	struct zb_next next;
	enum zb_look look = zb_cursor_look(&reader->cursor, &reader->object, &next, err);
	if (look != ZB_LOOK_FRAME) {
		return look;
	}
	struct zb_item *item = malloc(sizeof *item);
	if (!item) {
		shot_fail_errno(
			err, ENOMEM, "cannot read from the ring %s", reader->object.name.text);
		return ZB_LOOK_FAULT;
	}
	*item = (struct zb_item){
		.data = reader->object.ring + next.position + sizeof next.header,
		.size = next.header.length,
		.sequence = next.header.sequence,
		.reader = reader,
		.credit = zb_cursor_take(&reader->cursor, &reader->object, &next),
	};
	shot_owner_init(&item->owner, release);
	*reader->last = item;
	reader->last = &item->next;
	*out = item;
	return ZB_LOOK_FRAME;
}

bool zb_item_is_corrupt(const struct zb_item *item)
{
	return shot_segment_is_corrupt(&item->reader->object.segment);
}
