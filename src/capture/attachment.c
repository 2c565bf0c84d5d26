#include "capture/attachment.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORTH ((size_t)1 << 20)	  /* less takes the server under a millisecond */
#define PIECE ((size_t)256 << 10) /* between two looks at who is where */

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; EINVAL before */
#endif

static bool is_made(void *page)
{
	unsigned char made;
	return mincore(page, 1, &made) == 0 && (made & 1); /* a sandbox does not tell */
}

/* The server begins with the first page, so this begins with the last, and ends where they meet.
 * Side by side they would make the same pages, and wait for each other's locks. */
void shot_attachment_populate(struct shot_attachment *attachment, size_t end)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t start = (attachment->populated + page - 1) / page * page;
	if (!attachment->id || end < start + WORTH) {
		return;
	}
	attachment->populated = end;
	while (end > start) {
		size_t piece = (end - 1) / PIECE * PIECE;
		piece = piece > start ? piece : start;
		uint8_t *first = attachment->data + piece;
		if (is_made(first) || madvise(first, end - piece, MADV_POPULATE_WRITE) < 0) {
			return;
		}
		end = piece;
	}
}
