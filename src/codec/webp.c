#include "base/library.h"
#include "codec/codecs.h"
#include "codec/decode_begin.h"
#include "codec/webp_animation.h"
#include "codec/webp_origin.h"
#include "image/image.h"

#include <string.h>
#include <webp/decode.h>
#include <webp/encode.h>

struct webp {
	__typeof__(WebPGetFeaturesInternal) *features;
	__typeof__(WebPGetInfo) *info;
	__typeof__(WebPDecodeBGRAInto) *decode;
	__typeof__(WebPEncodeBGR) *encode;
	__typeof__(WebPEncodeLosslessBGR) *encode_lossless;
	__typeof__(WebPFree) *free;
};

static bool load(struct webp *webp, struct shot_error *err)
{
	static const char *const names[] = {"WebPGetFeaturesInternal", "WebPGetInfo",
		"WebPDecodeBGRAInto", "WebPEncodeBGR", "WebPEncodeLosslessBGR", "WebPFree", NULL};
	_Static_assert(sizeof *webp == sizeof names - sizeof *names, "a name for each pointer");
	return shot_library_load(SHOT_LIBRARY_WEBP, names, webp, err);
}

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	if (view->width > WEBP_MAX_DIMENSION || view->height > WEBP_MAX_DIMENSION) {
		return shot_fail(err, "EGEOMETRY", "a webp cannot be %dx%d: each side is 1 to %d",
			view->width, view->height, WEBP_MAX_DIMENSION);
	}
	struct webp webp;
	struct shot_view bgr;
	if (!load(&webp, err) || !shot_image_copy(view, SHOT_FORMAT_BGR, &bgr, err)) {
		return false;
	}
	uint8_t *data = NULL;
	size_t size = options->is_lossless
			      ? webp.encode_lossless(
					bgr.data, bgr.width, bgr.height, (int)bgr.stride, &data)
			      : webp.encode(bgr.data, bgr.width, bgr.height, (int)bgr.stride,
					(float)options->quality, &data);
	shot_view_unref(&bgr);
	if (size == 0) {
		return shot_fail(err, "ENOMEM", "cannot make a webp of %dx%d pixels", view->width,
			view->height);
	}
	bool ok = shot_webp_write(out, data, size, &options->origin, err);
	webp.free(data);
	return ok;
}

static bool matches(const uint8_t *data, size_t size)
{
	return size >= 15 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBPVP8", 7) == 0;
}

static bool fail_damaged(int width, int height, struct shot_error *err)
{
	return shot_fail(err, "EFORMAT", "damaged webp of %dx%d pixels", width, height);
}

/* Decode one picture into the part of the view that it covers. */
static bool decode_part(const struct webp *webp, const uint8_t *data, size_t size, int x, int y,
	const struct shot_view *view, struct shot_error *err)
{
	int width, height;
	bool ok = webp->info(data, size, &width, &height) && x >= 0 && y >= 0 &&
		  width <= view->width - x && height <= view->height - y;
	if (ok) {
		uint8_t *at = shot_view_row(view, y) + 4 * (size_t)x;
		size_t room = view->stride * (size_t)(height - 1) + 4 * (size_t)width;
		ok = webp->decode(data, size, at, room, (int)view->stride);
	}
	return ok || fail_damaged(view->width, view->height, err);
}

/* Decodes the first picture of an animation as a player shows it: the rest is transparent black. */
static bool decode_first(const struct webp *webp, const uint8_t *data, size_t size,
	const struct shot_view *view, struct shot_error *err)
{
	struct shot_webp_part first;
	if (!shot_webp_first(data, size, &first, err)) {
		return false;
	}
	memset(view->data, 0, view->stride * (size_t)view->height);
	bool ok = decode_part(webp, first.data, first.size, first.x, first.y, view, err);
	webp->free(first.data);
	return ok;
}

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	struct webp webp;
	if (!load(&webp, err)) {
		return false;
	}
	WebPBitstreamFeatures about;
	VP8StatusCode status = webp.features(data, size, &about, WEBP_DECODER_ABI_VERSION);
	if (status != VP8_STATUS_OK) {
		return shot_fail(err, "EFORMAT", "damaged webp: no picture in it");
	}
	struct shot_view view;
	if (!shot_decode_begin("webp", (uint32_t)about.width, (uint32_t)about.height, max_pixels,
		    &view, err)) {
		return false;
	}
	bool ok = about.has_animation ? decode_first(&webp, data, size, &view, err)
				      : decode_part(&webp, data, size, 0, 0, &view, err);
	if (!ok) {
		shot_view_unref(&view);
		return false;
	}
	view.has_alpha = true;
	*out = view;
	return true;
}

const struct shot_codec shot_codec_webp = {
	.name = "webp",
	.extensions = {"webp"},
	.libraries = {SHOT_LIBRARY_WEBP, SHOT_LIBRARY_WEBPMUX},
	.encode = encode,
	.matches = matches,
	.decode = decode,
	.read_origin = shot_webp_read_origin,
};
