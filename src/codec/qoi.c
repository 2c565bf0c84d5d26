#include "codec/codecs.h"
#include "codec/decode_begin.h"
#include "image/convert.h"
#include "image/image.h"

#include <errno.h>
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

/* Checks the header's last two bytes as well, because a path can begin with the same letters. */
static bool matches(const uint8_t *data, size_t size)
{
	return size >= QOI_HEADER_SIZE && memcmp(data, "qoif", 4) == 0 &&
	       (data[12] == 3 || data[12] == 4) && data[13] <= 1;
}

/* The size of the chunk that begins with byte `tag`, and the number of its pixels. */
static size_t chunk_size(uint8_t tag, uint64_t *pixels)
{
	bool is_run = tag >= QOI_OP_RUN && tag < QOI_OP_RGB;
	*pixels = is_run ? (tag & 0x3f) + 1 : 1;
	if (tag >= QOI_OP_RGB) {
		return tag == QOI_OP_RGB ? 4 : 5;
	}
	return (tag & QOI_MASK_2) == QOI_OP_LUMA ? 2 : 1;
}

/* The size of the file up to its end mark; 0 if pixels or the mark are missing, because the library
 * would repeat the last pixel. Bytes after the mark do not matter. */
static size_t whole_size(const uint8_t *data, size_t size, uint64_t pixels)
{
	size_t at = QOI_HEADER_SIZE;
	while (pixels > 0 && at < size) {
		uint64_t count;
		at += chunk_size(data[at], &count);
		pixels = count < pixels ? pixels - count : 0;
	}
	size_t end = at + sizeof qoi_padding;
	return !pixels && end <= size && memcmp(data + at, qoi_padding, sizeof qoi_padding) == 0
		       ? end
		       : 0;
}

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	int at = 4;
	unsigned width = qoi_read_32(data, &at), height = qoi_read_32(data, &at);
	if (!shot_decode_check("qoi", width, height, max_pixels, err)) {
		return false;
	}
	size_t whole = whole_size(data, size, (uint64_t)width * height);
	if (!whole || whole > INT32_MAX) {
		return shot_fail(err, "EFORMAT", "damaged qoi of %ux%u pixels: it ends early",
			width, height);
	}
	struct shot_view view;
	if (!shot_decode_begin("qoi", width, height, max_pixels, &view, err)) {
		return false;
	}
	qoi_desc about;
	uint8_t *pixels = qoi_decode(data, (int)whole, &about, 4);
	if (!pixels) {
		shot_view_unref(&view);
		return shot_fail_errno(err, ENOMEM, "cannot decode a qoi of %ux%u pixels", width,
			height); /* all else is checked above */
	}
	const struct shot_view rgba = {.data = pixels,
		.width = view.width,
		.height = view.height,
		.stride = (size_t)view.width * 4,
		.format = SHOT_FORMAT_RGBA};
	shot_view_convert(&rgba, SHOT_FORMAT_BGRX, view.data, view.stride);
	free(pixels);
	view.has_alpha = true;
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
