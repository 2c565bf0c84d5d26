/* Row 7, the floor: grab WIDTHxHEIGHT and sum its words, which are two pixels each. */
#include "xgrab.h"
#include "sum.h"

static volatile uint64_t sink; /* so that no sum is optimized away */

static int64_t work(void *context, long count)
{
	struct xgrab *grab = context;
	for (long i = 0; i < count; i++) {
		xgrab_take(grab);
		sink = bench_sum(grab->data, grab->size);
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct xgrab grab;
	if (argc != 3) {
		bench_die("usage: 7_sum WIDTH HEIGHT");
	}
	xgrab_open(&grab, atoi(argv[1]), atoi(argv[2]));
	return bench_serve("bare XCB loop and one read", work, &grab);
}
