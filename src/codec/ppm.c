#include "codec/codecs.h"
#include "codec/netpbm.h"

#include <ctype.h>
#include <stdio.h>

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	(void)options;
	char header[64];
	snprintf(header, sizeof header, "P6\n%d %d\n255\n", view->width, view->height);
	return shot_netpbm_encode(view, SHOT_FORMAT_RGB, header, out, err);
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

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	size_t at = 2;
	struct shot_netpbm header = {.format = "ppm", .depth = data[1] == '5' ? 1 : 3};
	header.width = read_number(data, size, &at);
	header.height = read_number(data, size, &at);
	header.most = read_number(data, size, &at);
	if (header.width < 0 || header.height < 0 || header.most < 1 || header.most > 65535 ||
		at >= size || !isspace(data[at])) {
		return shot_fail(err, "EFORMAT", "damaged ppm: no width, height and maximum");
	}
	return shot_netpbm_decode(&header, data, size, at + 1, max_pixels, out, err);
}

const struct shot_codec shot_codec_ppm = {
	.name = "ppm",
	.extensions = {"ppm", "pnm"},
	.encode = encode,
	.matches = matches,
	.decode = decode,
};
