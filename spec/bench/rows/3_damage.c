/* Row 3, the floor: grab the whole screen after each change: 3_damage WIDTH HEIGHT X Y W H. */
#include "xgrab.h"

#include "paint.h"

struct floor {
	struct xgrab grab;
	struct paint paint;
};

static int64_t work(void *context, long count)
{
	struct floor *floor = context;
	int64_t elapsed = 0;
	for (long i = 0; i < count; i++) {
		paint_change(&floor->paint);
		int64_t start = bench_ns();
		xgrab_take(&floor->grab);
		elapsed += bench_ns() - start;
	}
	return elapsed;
}

int main(int argc, char **argv)
{
	struct floor floor;
	if (argc != 7) {
		bench_die("usage: 3_damage WIDTH HEIGHT X Y W H");
	}
	xgrab_open(&floor.grab, atoi(argv[1]), atoi(argv[2]));
	xcb_rectangle_t rect = {
		.x = (int16_t)atoi(argv[3]),
		.y = (int16_t)atoi(argv[4]),
		.width = (uint16_t)atoi(argv[5]),
		.height = (uint16_t)atoi(argv[6]),
	};
	if (!paint_open(&floor.paint, rect)) {
		bench_die("cannot open the display");
	}
	return bench_serve("bare XCB loop, all of it", work, &floor);
}
