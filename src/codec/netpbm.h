/* The common part of Netpbm's formats; only for ppm.c and pam.c. */
#ifndef SHOT_CODEC_NETPBM_H
#define SHOT_CODEC_NETPBM_H

#include "codec/encode.h"

/* The contents of a header. */
struct shot_netpbm {
	const char *format; /* for messages */
	int64_t width, height;
	int64_t depth; /* samples of a pixel: gray, gray and alpha, RGB, RGB and alpha */
	int64_t most; /* the largest value of a sample, 1 to 65535; more than 255: two bytes each */
};

/* Decode the picture whose header ends at `at` and whose samples are raw. EFORMAT, EFBIG, ENOMEM.
 * */
bool shot_netpbm_decode(const struct shot_netpbm *header, const uint8_t *data, size_t size,
	size_t at, size_t max_pixels, struct shot_view *out, struct shot_error *err);

/* Read the next number, at `at`, after blanks and comments; -1 when there is none, or it has more
 * than nine digits. */
int64_t shot_netpbm_number(const uint8_t *data, size_t size, size_t *at);

/* Append the header and the pixels of `view` as `format`, rgb or gray. ENOMEM. */
bool shot_netpbm_encode(const struct shot_view *view, enum shot_format format, const char *header,
	struct shot_blob *out, struct shot_error *err);

#endif
