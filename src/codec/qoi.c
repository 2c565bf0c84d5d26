#include "codec/codecs.h"
#include "codec/decode.h"
#include "image/convert.h"
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#define QOI_IMPLEMENTATION
#define QOI_NO_STDIO
#include <qoi.h>
#pragma GCC diagnostic pop

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	(void)options;
	if ((size_t)view->width * (size_t)view->height >= QOI_PIXELS_MAX) {
		return shot_fail(err, "EGEOMETRY", "a qoi cannot be %dx%d: at most %u pixels",
			view->width, view->height, QOI_PIXELS_MAX);
	}
	struct shot_view rgb;
	if (!shot_image_copy(view, SHOT_FORMAT_RGB, &rgb, err)) {
		return false;
	}
	const qoi_desc about = {.width = (unsigned)view->width,
		.height = (unsigned)view->height,
		.channels = 3,
		.colorspace = QOI_SRGB};
	int size = 0;
	void *data = qoi_encode(rgb.data, &about, &size);
	shot_view_unref(&rgb);
	if (!data) {
		return shot_fail(err, "ENOMEM", "cannot make a qoi of %dx%d pixels", view->width,
			view->height);
	}
	bool ok = shot_blob_reserve(out, (size_t)size, err);
	if (ok) {
		memcpy(out->data + out->size, data, (size_t)size);
		out->size += (size_t)size;
	}
	free(data);
	return ok;
}

static bool matches(const uint8_t *data, size_t size)
{
	return size >= QOI_HEADER_SIZE && memcmp(data, "qoif", 4) == 0;
}

/* The library takes a file that ends early for one that repeats its last pixel. */
static bool is_whole(const uint8_t *data, size_t size)
{
	return size >= QOI_HEADER_SIZE + sizeof qoi_padding && size <= INT32_MAX &&
	       memcmp(data + size - sizeof qoi_padding, qoi_padding, sizeof qoi_padding) == 0;
}

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	if (!is_whole(data, size)) {
		return shot_fail(err, "EFORMAT", "damaged qoi: it ends early");
	}
	int at = 4;
	unsigned width = qoi_read_32(data, &at), height = qoi_read_32(data, &at);
	struct shot_view view;
	if (!shot_decode_begin("qoi", width, height, max_pixels, &view, err)) {
		return false;
	}
	qoi_desc about;
	uint8_t *pixels = qoi_decode(data, (int)size, &about, 4);
	if (!pixels) {
		shot_view_unref(&view);
		return shot_fail(err, "EFORMAT", "damaged qoi of %ux%u pixels", width, height);
	}
	const struct shot_view rgba = {.data = pixels,
		.width = view.width,
		.height = view.height,
		.stride = (size_t)view.width * 4,
		.format = SHOT_FORMAT_RGBA};
	shot_convert(&rgba, SHOT_FORMAT_BGRX, view.data, view.stride);
	free(pixels);
	*out = view;
	return true;
}

const struct shot_codec shot_codec_qoi = {
	.name = "qoi",
	.extensions = {"qoi"},
	.encode = encode,
	.matches = matches,
	.decode = decode,
};
