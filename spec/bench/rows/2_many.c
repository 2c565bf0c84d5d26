/* Row 2, the other floor of many regions: COUNT requests of 100x100, each to a place of its own in
 * one segment, and then their replies: 2_many WIDTH HEIGHT COUNT. */
#include "xgrab.h"

enum { SIDE = 100, MOST = 256 };

struct many {
	struct xgrab grab;
	int width, height, count;
};

static int64_t work(void *context, long count)
{
	struct many *many = context;
	struct xgrab *grab = &many->grab;
	for (long turn = 0; turn < count; turn++) {
		xcb_shm_get_image_cookie_t cookies[MOST];
		for (int i = 0; i < many->count; i++) {
			int x = (many->width - SIDE) * i / many->count;
			int y = (many->height - SIDE) * i / many->count;
			cookies[i] = xcb_shm_get_image(grab->connection, grab->root, (int16_t)x,
				(int16_t)y, SIDE, SIDE, ~0U, XCB_IMAGE_FORMAT_Z_PIXMAP,
				grab->segment, (uint32_t)(i * SIDE * SIDE * 4));
		}
		for (int i = 0; i < many->count; i++) {
			free(xcb_shm_get_image_reply(grab->connection, cookies[i], NULL));
		}
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct many many;
	if (argc != 4 || atoi(argv[3]) > MOST) {
		bench_die("usage: 2_many WIDTH HEIGHT COUNT, which is at most %d", MOST);
	}
	many.width = atoi(argv[1]);
	many.height = atoi(argv[2]);
	many.count = atoi(argv[3]);
	xgrab_open(&many.grab, SIDE, SIDE * many.count);
	return bench_serve("bare XCB, all sent before the first reply", work, &many);
}
