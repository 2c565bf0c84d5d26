/* Row 12, the floor: read every byte of COUNT grabbed frames of WIDTHxHEIGHT, each memory of its
 * own. */
#include <string.h>

#include "sum.h"
#include "xgrab.h"

#define MOST 2

struct frames {
	struct xgrab grabs[MOST];
	int count;
	uint64_t sum;
};

static int64_t work(void *context, long count)
{
	struct frames *frames = context;
	for (long i = 0; i < count; i++) {
		for (int k = 0; k < frames->count; k++) {
			frames->sum += bench_sum(frames->grabs[k].data, frames->grabs[k].size);
		}
		__asm__ volatile("" : : "r"(&frames->sum) : "memory");
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct frames frames = {0};
	if (argc != 4 || atoi(argv[3]) < 1 || atoi(argv[3]) > MOST) {
		bench_die("usage: 12_read WIDTH HEIGHT 1|2");
	}
	frames.count = atoi(argv[3]);
	for (int i = 0; i < frames.count; i++) {
		xgrab_open(&frames.grabs[i], atoi(argv[1]), atoi(argv[2]));
		xgrab_take(&frames.grabs[i]);
	}
	return bench_serve(frames.count == 1 ? "reading the frame" : "reading both", work, &frames);
}
