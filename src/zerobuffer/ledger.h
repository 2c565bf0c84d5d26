/* A writer's own account of the room in its ring, independent of the free bytes. A reader may
 * change those with a plain += (zerobuffer-ipc 1.1.7, or 1.3.0 without libatomic), which undoes a
 * subtraction of the writer at that moment.
 *
 * A reader posts a token for each frame that it gives back, in the order of the frames. 1.1.7 also
 * posts one for each wrap marker; the ledger recognizes it by more tokens than frames read. The
 * ledger follows the frames from the oldest one by their headers in the ring. */
#ifndef ZB_LEDGER_H
#define ZB_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct zb_ledger {
	bool on;	     /* otherwise the ledger is off */
	bool counts_markers; /* each marker has a token, as with 1.1.7 */
	uint64_t oldest;     /* position of the oldest entry that was not given back */
	uint64_t out;	     /* bytes from `oldest` to the writer's position */
	int64_t tokens;	     /* taken and not used; negative when used before they came */
	uint64_t markers;    /* given back */
};

/* Begin with a ring without any writes. */
void zb_ledger_begin(struct zb_ledger *ledger);

/* Note that `bytes` more are in use. */
static inline void zb_ledger_add(struct zb_ledger *ledger, uint64_t bytes)
{
	ledger->out += bytes;
}

/* Note that everything has been given back, and the positions are 0 again. */
void zb_ledger_rewind(struct zb_ledger *ledger);

/* Note that `tokens` more have come and the reader has yet to read `unread` bytes. Returns the
 * bytes in use of `ring`, which has `size` bytes; 0 when they are not known. Invalid headers in the
 * ring turn the ledger off. */
uint64_t zb_ledger_settle(struct zb_ledger *ledger, const uint8_t *ring, uint64_t size,
	uint64_t unread, uint32_t tokens);

#endif
