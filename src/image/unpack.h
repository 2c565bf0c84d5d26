/* Converts the pixel layouts of less usual X servers and windows to bgrx, the fourth byte 0. Rows
 * go top down and pixels left to right, and each pixel is read before it is overwritten, so that a
 * capture can be unpacked in its own slot. Any alignment. */
#ifndef SHOT_IMAGE_UNPACK_H
#define SHOT_IMAGE_UNPACK_H

#include <stddef.h>
#include <stdint.h>

/* 16 bits, rrrrrggggggbbbbb, little-endian; the high bits are repeated below, so that full stays
 * full. `in` may lie at the end of the output: when height * in_stride bytes of input end where
 * height * out_stride bytes of output end, and in_stride <= out_stride, no write reaches input that
 * is still to be read. */
void shot_unpack_565(const uint8_t *in, size_t in_stride, uint8_t *out, size_t out_stride,
	int32_t width, int32_t height);

/* 30 bits, xxrrrrrrrrrrggggggggggbbbbbbbbbb, little-endian; the upper 8 of each 10 bits are kept.
 * `in` may be `out` when the strides are the same. */
void shot_unpack_x2rgb10(const uint8_t *in, size_t in_stride, uint8_t *out, size_t out_stride,
	int32_t width, int32_t height);

/* Make `count` pixels of bgra opaque, in place: the fourth byte becomes 255, the colors stay. */
void shot_unpack_opaque(uint8_t *pixels, size_t count);

#endif
