/* A PNG's pixels: the IDAT chunks. `format` is what the file holds, rgb or gray. */
#ifndef SHOT_CODEC_PNG_DATA_H
#define SHOT_CODEC_PNG_DATA_H

#include "codec/encode.h"

/* Encode at memory speed, on up to four of the processors that this thread may use: one IDAT a
 * stripe. */
bool shot_png_write_fast(struct shot_blob *out, const struct shot_view *view,
	enum shot_format format, struct shot_error *err);

/* Encode to few bytes: a 4K picture takes up to a second, and one and a half times as much memory
 * as its pixels. It filters on up to four processors, and compresses on this thread. */
bool shot_png_write_small(struct shot_blob *out, const struct shot_view *view,
	enum shot_format format, struct shot_error *err);

#endif
