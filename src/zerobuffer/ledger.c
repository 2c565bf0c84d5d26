#include "zerobuffer/ledger.h"

#include "zerobuffer/layout.h"

#define HEADER sizeof(struct zb_header)
#define MARKERS_TO_JUDGE \
	3 /* after this number of markers a reader's kind is known: it holds fewer frames than \
	     that */

void zb_ledger_begin(struct zb_ledger *ledger)
{
	*ledger = (struct zb_ledger){.on = true};
}

void zb_ledger_rewind(struct zb_ledger *ledger)
{
	ledger->oldest = ledger->out = 0;
}

/* Gives back the oldest entry, if a token covers it. */
static bool step(struct zb_ledger *ledger, const uint8_t *ring, uint64_t size, uint64_t unread)
{
	uint64_t tail = size - ledger->oldest, length = tail;
	struct zb_header header = {0};
	if (tail >= HEADER) {
		header = zb_header_read(ring + ledger->oldest);
	}
	if (header.length == 0) { /* a reader gives back a wrap as soon as it has read it */
		ledger->markers++;
		ledger->tokens -= ledger->counts_markers;
	} else {
		length = header.length <= tail - HEADER ? HEADER + header.length : size + 1;
		if (ledger->tokens <= 0) {
			return false;
		}
		ledger->tokens--;
	}
	if (length > ledger->out - unread) {
		ledger->on = false;
		return false;
	}
	ledger->out -= length;
	ledger->oldest = length == tail ? 0 : ledger->oldest + length;
	return true;
}

uint64_t zb_ledger_settle(struct zb_ledger *ledger, const uint8_t *ring, uint64_t size,
	uint64_t unread, uint32_t tokens)
{
	ledger->tokens += tokens;
	while (ledger->on && ledger->out > unread && step(ledger, ring, size, unread)) {
	}
	bool surplus = ledger->out == unread && ledger->tokens > 0;
	if (surplus && ledger->markers > 0 && ledger->markers < MARKERS_TO_JUDGE) {
		ledger->tokens -= ledger->counts_markers ? 0 : (int64_t)ledger->markers;
		ledger->counts_markers = true;
	}
	return ledger->on ? ledger->out : 0;
}
