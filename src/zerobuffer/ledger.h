/* What a writer knows of the room in its ring without the free bytes, which a reader may change
 * with a plain += (zerobuffer-ipc 1.1.7, or 1.3.0 without libatomic), so that what the writer takes
 * at that moment is not taken.
 *
 * A reader posts a token for each frame that it gives back, in the order of the frames; 1.1.7 posts
 * one for each wrap marker, too, which tells it from the others: more tokens than frames were read.
 * The ledger follows the frames from the oldest one by their headers in the ring. */
#ifndef ZB_LEDGER_H
#define ZB_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct zb_ledger {
	bool on;	     /* else nothing is known */
	bool counts_markers; /* a marker has a token of its own, as 1.1.7 does it */
	uint64_t oldest;     /* position of the oldest entry that was not given back */
	uint64_t out;	     /* bytes from there to the writer's position */
	int64_t tokens;	     /* taken, and not used; less than 0 when used before they came */
	uint64_t markers;    /* given back */
};

/* Begin with a ring in which nothing was ever written. */
void zb_ledger_begin(struct zb_ledger *ledger);

/* `bytes` more are in use. */
static inline void zb_ledger_add(struct zb_ledger *ledger, uint64_t bytes)
{
	ledger->out += bytes;
}

/* All has been given back, and the positions are 0 again. */
void zb_ledger_rewind(struct zb_ledger *ledger);

/* `tokens` more have come, and the reader has yet to read `unread` bytes. Returns the bytes that
 * are in use in `ring`, of `size` bytes; 0 when nothing is known. A ring whose headers make no
 * sense any more turns the ledger off. */
uint64_t zb_ledger_settle(struct zb_ledger *ledger, const uint8_t *ring, uint64_t size,
	uint64_t unread, uint32_t tokens);

#endif
