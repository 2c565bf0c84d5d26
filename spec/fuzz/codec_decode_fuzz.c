/* Bytes of which luashot.load has to find out what they are. */
#include "decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shot_picture picture;
	struct shot_error err;
	bool ok = shot_picture_decode(data, size, MOST_PIXELS, &picture, &err);
	if (ok && !shot_is_picture(data, size)) {
		abort();
	}
	if (ok) {
		shot_view_unref(&picture.view);
	}
	return 0;
}
