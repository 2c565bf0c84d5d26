/* The inside of a reader, for the files that make it up. */
#ifndef ZB_READING_H
#define ZB_READING_H

#include <pthread.h>
#include <stdbool.h>

#include "base/error.h"
#include "zerobuffer/cursor.h"
#include "zerobuffer/item.h"
#include "zerobuffer/lock.h"
#include "zerobuffer/object.h"
#include "zerobuffer/presence.h"
#include "zerobuffer/waiter.h"

struct zb_reader {
	pthread_mutex_t lock; /* all below */
	pthread_cond_t left;  /* a thread has stopped waiting */
	struct zb_object object;
	struct zb_lock own, other; /* our lock, and the one that another implementation takes */
	struct zb_waiter *waiter;  /* NULL until somebody asks for a descriptor */
	struct zb_presence writer;

	struct zb_cursor cursor;
	struct zb_item *first, **last; /* taken and not yet given back, oldest first */
	unsigned tokens;	       /* taken and not used */
	unsigned waiting;	       /* threads */
	bool closed, destroyed;
};

/* Take the next frame as an item, with the lock. What zb_cursor_look says, or ENOMEM. */
enum zb_look zb_reader_take(
	struct zb_reader *reader, struct zb_item **item, struct shot_error *err);

/* Free a destroyed reader, when its last item has been given back. */
void zb_reader_finish(struct zb_reader *reader);

#endif
