#include "codec/decode.h"

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
