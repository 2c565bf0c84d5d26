#include "codec/codecs.h"
#include "codec/decode_begin.h"
#include "codec/netpbm.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	(void)options;
	char header[64];
	snprintf(header, sizeof header, "P6\n%d %d\n255\n", view->width, view->height);
	return shot_netpbm_encode(view, SHOT_FORMAT_RGB, header, out, err);
}

/* "P1" to "P6": bits, gray, RGB as text, and the same raw. */
struct kind {
	const char *name;
	int depth;
	bool is_bits, is_text;
};

static const struct kind kinds[] = {
	{"pbm", 1, true, true},
	{"pgm", 1, false, true},
	{"ppm", 3, false, true},
	{"pbm", 1, true, false},
	{"pgm", 1, false, false},
	{"ppm", 3, false, false},
};

static const struct kind *kind_of(const uint8_t *data)
{
	return &kinds[data[1] - '1'];
}

/* Reads the header, and leaves `at` at the first sample; false when it is not a header. */
static bool read_header(const uint8_t *data, size_t size, struct shot_netpbm *header, size_t *at)
{
	if (size < 3 || data[0] != 'P' || data[1] < '1' || data[1] > '6' || !isspace(data[2])) {
		return false;
	}
	const struct kind *kind = kind_of(data);
	*at = 2;
	header->format = kind->name;
	header->depth = kind->depth;
	header->width = shot_netpbm_number(data, size, at);
	header->height = shot_netpbm_number(data, size, at);
	header->most = kind->is_bits ? 1 : shot_netpbm_number(data, size, at);
	if (header->width < 0 || header->height < 0 || header->most < 1 || header->most > 65535 ||
		*at >= size || !isspace(data[*at])) {
		return false;
	}
	++*at;
	return true;
}

/* Reads the whole header, because a path can begin like one. */
static bool matches(const uint8_t *data, size_t size)
{
	struct shot_netpbm header;
	size_t at;
	return read_header(data, size, &header, &at);
}

static bool fail_short(const struct shot_netpbm *header, struct shot_error *err)
{
	return shot_fail(err, "EFORMAT", "damaged %s: it ends early", header->format);
}

/* 1 is black. */
static void set_bit(uint8_t *bgrx, bool is_black)
{
	memset(bgrx, is_black ? 0 : 255, 3);
	bgrx[3] = 255;
}

static bool decode_bits(const struct shot_netpbm *header, const uint8_t *data, size_t size,
	size_t at, size_t max_pixels, struct shot_view *out, struct shot_error *err)
{
	size_t row = ((size_t)header->width + 7) / 8;
	if (row && (size - at) / row < (size_t)header->height) {
		return fail_short(header, err);
	}
	if (!shot_decode_begin(header->format, (uint32_t)header->width, (uint32_t)header->height,
		    max_pixels, out, err)) {
		return false;
	}
	for (int32_t y = 0; y < out->height; y++, at += row) {
		uint8_t *to = shot_view_row(out, y);
		for (int32_t x = 0; x < out->width; x++, to += 4) {
			set_bit(to, data[at + (size_t)x / 8] >> (7 - x % 8) & 1);
		}
	}
	return true;
}

/* Reads the next sample of a text; bits need no separator. */
static int64_t read_sample(const uint8_t *data, size_t size, size_t *at)
{
	if (!kind_of(data)->is_bits) {
		return shot_netpbm_number(data, size, at);
	}
	while (*at < size && isspace(data[*at])) {
		++*at;
	}
	return *at < size && (data[*at] == '0' || data[*at] == '1') ? data[(*at)++] - '0' : -1;
}

static bool read_text(const struct shot_netpbm *header, const uint8_t *data, size_t size, size_t at,
	const struct shot_view *view)
{
	for (int32_t y = 0; y < view->height; y++) {
		uint8_t *to = shot_view_row(view, y);
		for (int32_t x = 0; x < view->width; x++, to += 4) {
			for (int c = 0; c < header->depth; c++) {
				int64_t value = read_sample(data, size, &at);
				if (value < 0 || value > header->most) {
					return false;
				}
				to[2 - c] =
					(uint8_t)((value * 255 + header->most / 2) / header->most);
			}
			if (kind_of(data)->is_bits) {
				set_bit(to, to[2]);
			} else if (header->depth == 1) {
				to[0] = to[1] = to[2];
			}
			to[3] = 255;
		}
	}
	return true;
}

static bool decode_text(const struct shot_netpbm *header, const uint8_t *data, size_t size,
	size_t at, size_t max_pixels, struct shot_view *out, struct shot_error *err)
{
	/* A sample has at least a digit, and except for bits a blank after it. */
	size_t least = kind_of(data)->is_bits ? 1 : 2;
	uint64_t samples =
		(uint64_t)header->width * (uint64_t)header->height * (uint64_t)header->depth;
	if (samples > (size - at + 1) / least) {
		return fail_short(header, err);
	}
	if (!shot_decode_begin(header->format, (uint32_t)header->width, (uint32_t)header->height,
		    max_pixels, out, err)) {
		return false;
	}
	if (!read_text(header, data, size, at, out)) {
		shot_view_unref(out);
		return shot_fail(err, "EFORMAT", "damaged %s: a sample is missing, or above %d",
			header->format, (int)header->most);
	}
	return true;
}

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	struct shot_netpbm header;
	size_t at;
	struct shot_view view;
	if (!read_header(data, size, &header, &at)) {
		return shot_fail(err, "EFORMAT", "damaged ppm: no width, height and maximum");
	}
	const struct kind *kind = kind_of(data);
	bool ok = kind->is_text ? decode_text(&header, data, size, at, max_pixels, &view, err)
		  : kind->is_bits
			  ? decode_bits(&header, data, size, at, max_pixels, &view, err)
			  : shot_netpbm_decode(&header, data, size, at, max_pixels, &view, err);
	if (ok) {
		*out = view;
	}
	return ok;
}

const struct shot_codec shot_codec_ppm = {
	.name = "ppm",
	.extensions = {"ppm", "pnm"},
	.encode = encode,
	.matches = matches,
	.decode = decode,
};
