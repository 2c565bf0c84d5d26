#include "codec/codecs.h"
#include "codec/png_chunk.h"
#include "codec/png_data.h"
#include "codec/png_origin.h"
#include "codec/png_read.h"

#include <endian.h>
#include <string.h>

#define GRAY_8 0 /* PNG's color types, of 8 bits a channel */
#define RGB_8 2

static bool write_header(struct shot_blob *out, const struct shot_view *view,
	enum shot_format format, struct shot_error *err)
{
	static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	struct {
		uint32_t width, height;
		uint8_t depth, color, rest[3];
	} header = {
		.width = htobe32((uint32_t)view->width),
		.height = htobe32((uint32_t)view->height),
		.depth = 8,
		.color = format == SHOT_FORMAT_GRAY ? GRAY_8 : RGB_8,
	};
	if (!shot_blob_reserve(out, sizeof signature, err)) {
		return false;
	}
	memcpy(out->data + out->size, signature, sizeof signature);
	out->size += sizeof signature;
	return shot_png_chunk(out, "IHDR", &header, 13, err);
}

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	bool gray = view->format == SHOT_FORMAT_GRAY;
	enum shot_format format = gray ? SHOT_FORMAT_GRAY : SHOT_FORMAT_RGB;
	bool small = options->level == SHOT_LEVEL_SMALL;
	return write_header(out, view, format, err) &&
	       shot_png_write_origin(out, &options->origin, err) &&
	       (small ? shot_png_write_small : shot_png_write_fast)(out, view, format, err) &&
	       shot_png_chunk(out, "IEND", "", 0, err);
}

const struct shot_codec shot_codec_png = {
	.name = "png",
	.extensions = {"png"},
	.libraries = {SHOT_LIBRARY_PNG},
	.encode = encode,
	.matches = shot_png_matches,
	.decode = shot_png_decode,
	.read_origin = shot_png_read_origin,
};
