#include "codec/netpbm.h"
#include "codec/decode_begin.h"
#include "image/convert.h"

#include <ctype.h>
#include <string.h>

int64_t shot_netpbm_number(const uint8_t *data, size_t size, size_t *at)
{
	while (*at < size && (isspace(data[*at]) || data[*at] == '#')) {
		bool is_comment = data[(*at)++] == '#';
		while (is_comment && *at < size && data[*at] != '\n') {
			(*at)++;
		}
	}
	int64_t number = -1;
	for (int digits = 0; *at < size && isdigit(data[*at]); (*at)++) {
		if (++digits > 9) {
			return -1;
		}
		number = (number < 0 ? 0 : number * 10) + (data[*at] - '0');
	}
	return number;
}

/* A sample of one or two bytes, scaled to 0..255. */
static uint8_t read_sample(const struct shot_netpbm *header, const uint8_t *in, size_t index)
{
	bool is_wide = header->most > 255;
	const uint8_t *sample = in + index * (is_wide ? 2 : 1);
	int64_t value = is_wide ? sample[0] << 8 | sample[1] : sample[0];
	value = value < header->most ? value : header->most;
	return (uint8_t)((value * 255 + header->most / 2) / header->most);
}

static bool has_alpha(const struct shot_netpbm *header)
{
	return header->depth % 2 == 0;
}

static void read_row(
	const struct shot_netpbm *header, const uint8_t *in, int32_t width, uint8_t *bgrx)
{
	size_t depth = (size_t)header->depth, bytes = header->most > 255 ? 2 : 1;
	for (int32_t x = 0; x < width; x++, in += depth * bytes, bgrx += 4) {
		for (size_t c = 0; c < 3; c++) {
			bgrx[2 - c] = read_sample(header, in, depth < 3 ? 0 : c);
		}
		bgrx[3] = has_alpha(header) ? read_sample(header, in, depth - 1) : 255;
	}
}

bool shot_netpbm_decode(const struct shot_netpbm *header, const uint8_t *data, size_t size,
	size_t at, size_t max_pixels, struct shot_view *out, struct shot_error *err)
{
	size_t row = (size_t)(header->width * header->depth) * (header->most > 255 ? 2 : 1);
	if (row && (size - at) / row < (size_t)header->height) {
		return shot_fail(err, "EFORMAT", "damaged %s: it ends early", header->format);
	}
	struct shot_view view;
	if (!shot_decode_begin(header->format, (uint32_t)header->width, (uint32_t)header->height,
		    max_pixels, &view, err)) {
		return false;
	}
	for (int32_t y = 0; y < view.height; y++, at += row) {
		read_row(header, data + at, view.width, shot_view_row(&view, y));
	}
	view.has_alpha = has_alpha(header);
	*out = view;
	return true;
}

bool shot_netpbm_encode(const struct shot_view *view, enum shot_format format, const char *header,
	struct shot_blob *out, struct shot_error *err)
{
	size_t length = strlen(header), size = shot_view_packed_size(view, format);
	if (!shot_blob_reserve(out, length + size, err)) {
		return false;
	}
	memcpy(out->data + out->size, header, length);
	out->size += length;
	shot_view_convert(view, format, out->data + out->size,
		(size_t)view->width * shot_format_bytes(format));
	out->size += size;
	return true;
}
