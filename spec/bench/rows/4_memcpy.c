/* Row 4, the floor: copy a grabbed frame, WIDTHxHEIGHT at four bytes a pixel, to the heap. */
#include <string.h>

#include "xgrab.h"

struct copy {
	struct xgrab grab;
	uint8_t *out;
};

static int64_t work(void *context, long count)
{
	struct copy *copy = context;
	for (long i = 0; i < count; i++) {
		memcpy(copy->out, copy->grab.data, copy->grab.size);
		__asm__ volatile("" : : "r"(copy->out) : "memory"); /* somebody reads it */
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct copy copy;
	if (argc != 3) {
		bench_die("usage: 4_memcpy WIDTH HEIGHT");
	}
	xgrab_open(&copy.grab, atoi(argv[1]), atoi(argv[2]));
	xgrab_take(&copy.grab);
	copy.out = malloc(copy.grab.size);
	return bench_serve("memcpy of the frame", work, &copy);
}
