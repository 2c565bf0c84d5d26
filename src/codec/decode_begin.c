#include "codec/decode_begin.h"

#include "image/image.h"

bool shot_decode_check(const char *format, uint32_t width, uint32_t height, size_t max_pixels,
	struct shot_error *err)
{
	if (!width || !height) {
		return shot_fail(err, "EFORMAT", "a %s picture of no pixels", format);
	}
	if (width > INT32_MAX || height > INT32_MAX ||
		(uint64_t)width * height > (uint64_t)max_pixels) {
		return shot_fail(err, "EFBIG", "a %ux%u %s picture has more than %zu pixels", width,
			height, format, max_pixels);
	}
	return true;
}

bool shot_decode_begin(const char *format, uint32_t width, uint32_t height, size_t max_pixels,
	struct shot_view *out, struct shot_error *err)
{
	return shot_decode_check(format, width, height, max_pixels, err) &&
	       shot_image_create(out, (int32_t)width, (int32_t)height, SHOT_FORMAT_BGRX, err);
}
