/* Rows 1 and 2, the floor: grab WIDTHxHEIGHT from the top-left corner. */
#include "xgrab.h"

static int64_t work(void *context, long count)
{
	for (long i = 0; i < count; i++) {
		xgrab_take(context);
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct xgrab grab;
	if (argc != 3) {
		bench_die("usage: 1_grab WIDTH HEIGHT");
	}
	xgrab_open(&grab, atoi(argv[1]), atoi(argv[2]));
	return bench_serve("bare XCB loop", work, &grab);
}
