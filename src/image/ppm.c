#include "image/codecs.h"
#include "image/convert.h"
#include "image/decode.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	(void)options;
	char header[64];
	size_t length = (size_t)snprintf(
		header, sizeof header, "P6\n%d %d\n255\n", view->width, view->height);
	size_t size = shot_view_packed_size(view, SHOT_FORMAT_RGB);
	if (!shot_blob_reserve(out, length + size, err)) {
		return false;
	}
	memcpy(out->data + out->size, header, length);
	out->size += length;
	shot_convert(view, SHOT_FORMAT_RGB, out->data + out->size, (size_t)view->width * 3);
	out->size += size;
	return true;
}

/* "P6" or "P5", raw, whose third byte is a blank. */
static bool matches(const uint8_t *data, size_t size)
{
	return size >= 3 && data[0] == 'P' && (data[1] == '5' || data[1] == '6') &&
	       isspace(data[2]);
}

/* The next number of the header, at `at`, after blanks and comments; -1 when there is none. */
static int64_t read_number(const uint8_t *data, size_t size, size_t *at)
{
	while (*at < size && (isspace(data[*at]) || data[*at] == '#')) {
		bool is_comment = data[(*at)++] == '#';
		while (is_comment && *at < size && data[*at] != '\n') {
			(*at)++;
		}
	}
	int64_t number = -1;
	while (*at < size && isdigit(data[*at]) && number < INT32_MAX / 10) {
		number = (number < 0 ? 0 : number * 10) + (data[(*at)++] - '0');
	}
	return number;
}

/* One row of samples of one or two bytes, scaled to 0..255. */
static void read_row(const uint8_t *in, size_t samples, int64_t most, bool is_gray, uint8_t *bgrx)
{
	for (size_t i = 0; i < samples; i++) {
		int64_t value = most > 255 ? in[2 * i] << 8 | in[2 * i + 1] : in[i];
		uint8_t scaled = (uint8_t)(((value < most ? value : most) * 255 + most / 2) / most);
		if (is_gray) {
			memset(bgrx + 4 * i, scaled, 3);
		} else {
			bgrx[i / 3 * 4 + 2 - i % 3] = scaled;
		}
	}
}

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	size_t at = 2;
	int64_t width = read_number(data, size, &at);
	int64_t height = read_number(data, size, &at);
	int64_t most = read_number(data, size, &at);
	if (width < 0 || height < 0 || most < 1 || most > 65535 || at >= size ||
		!isspace(data[at])) {
		return shot_fail(err, "EFORMAT", "damaged ppm: no width, height and maximum");
	}
	at++;
	bool is_gray = data[1] == '5';
	size_t samples = (size_t)width * (is_gray ? 1 : 3);
	size_t row = samples * (most > 255 ? 2 : 1);
	if (row && (size - at) / row < (size_t)height) {
		return shot_fail(err, "EFORMAT", "damaged ppm: it ends early");
	}
	struct shot_view view;
	if (!shot_decode_begin("ppm", (uint32_t)width, (uint32_t)height, max_pixels, &view, err)) {
		return false;
	}
	for (int32_t y = 0; y < view.height; y++, at += row) {
		read_row(data + at, samples, most, is_gray, shot_view_row(&view, y));
	}
	*out = view;
	return true;
}

const struct shot_codec shot_codec_ppm = {
	.name = "ppm",
	.extensions = {"ppm", "pnm"},
	.encode = encode,
	.matches = matches,
	.decode = decode,
};
