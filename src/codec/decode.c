#include "codec/decode.h"
#include "image/image.h"

#include <errno.h>

static const struct shot_codec *find(const uint8_t *data, size_t size)
{
	for (const struct shot_codec *const *at = shot_codecs(); *at; at++) {
		if ((*at)->matches && (*at)->matches(data, size)) {
			return *at;
		}
	}
	return NULL;
}

bool shot_is_picture(const uint8_t *data, size_t size)
{
	return find(data, size) != NULL;
}

bool shot_picture_decode(const uint8_t *data, size_t size, size_t max_pixels,
	struct shot_picture *out, struct shot_error *err)
{
	const struct shot_codec *codec = find(data, size);
	if (!codec) {
		return shot_fail(err, "EFORMAT",
			"these %zu bytes are not a picture of a known format", size);
	}
	out->origin = (struct shot_kept_origin){0};
	if (!codec->decode(data, size, max_pixels, &out->view, err)) {
		return false;
	}
	if (codec->read_origin) {
		codec->read_origin(data, size, &out->origin);
	}
	return true;
}

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
