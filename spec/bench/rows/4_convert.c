/* Row 4, luashot's core: a grabbed frame as rgb in a buffer that is used again and again. */
#include "image/convert.h"
#include "xgrab.h"

struct conversion {
	struct shot_view view;
	uint8_t *out;
};

static int64_t work(void *context, long count)
{
	struct conversion *conversion = context;
	size_t stride = (size_t)conversion->view.width * shot_format_bytes(SHOT_FORMAT_RGB);
	for (long i = 0; i < count; i++) {
		shot_view_convert(&conversion->view, SHOT_FORMAT_RGB, conversion->out, stride);
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct xgrab grab;
	if (argc != 3) {
		bench_die("usage: 4_convert WIDTH HEIGHT");
	}
	xgrab_open(&grab, atoi(argv[1]), atoi(argv[2]));
	xgrab_take(&grab);
	struct conversion conversion = {
		.view = {.data = grab.data,
			.width = grab.width,
			.height = grab.height,
			.stride = (size_t)grab.width * 4,
			.format = SHOT_FORMAT_BGRX},
	};
	conversion.out = malloc(shot_view_packed_size(&conversion.view, SHOT_FORMAT_RGB));
	return bench_serve("luashot, shot_view_convert", work, &conversion);
}
