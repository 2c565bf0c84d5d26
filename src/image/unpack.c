#include "image/unpack.h"

#include <string.h>

/* Pixels are converted in runs through a small array: read wholly before it is written, a run may
 * overlap its own output, and the compiler can vectorize the loop in the middle. */
#define RUN 32

static void expand_565(const uint16_t *in, uint32_t *out)
{
	for (int i = 0; i < RUN; i++) {
		uint32_t red = in[i] >> 11, green = in[i] >> 5 & 63, blue = in[i] & 31;
		out[i] = (red << 3 | red >> 2) << 16 | (green << 2 | green >> 4) << 8 |
			 (blue << 3 | blue >> 2);
	}
}

static void reduce_x2rgb10(const uint32_t *in, uint32_t *out)
{
	for (int i = 0; i < RUN; i++) {
		out[i] = (in[i] >> 6 & 0xff0000) | (in[i] >> 4 & 0xff00) | (in[i] >> 2 & 0xff);
	}
}

void shot_unpack_565(const uint8_t *in, size_t in_stride, uint8_t *out, size_t out_stride,
	int32_t width, int32_t height)
{
	uint16_t packed[RUN] = {0};
	uint32_t pixels[RUN];
	for (int32_t y = 0; y < height; y++, in += in_stride, out += out_stride) {
		for (int32_t x = 0; x < width; x += RUN) {
			size_t count = (size_t)(width - x < RUN ? width - x : RUN);
			memcpy(packed, in + 2 * (size_t)x, count * sizeof *packed);
			expand_565(packed, pixels);
			memcpy(out + 4 * (size_t)x, pixels, count * sizeof *pixels);
		}
	}
}

void shot_unpack_x2rgb10(const uint8_t *in, size_t in_stride, uint8_t *out, size_t out_stride,
	int32_t width, int32_t height)
{
	uint32_t packed[RUN] = {0}, pixels[RUN];
	for (int32_t y = 0; y < height; y++, in += in_stride, out += out_stride) {
		for (int32_t x = 0; x < width; x += RUN) {
			size_t count = (size_t)(width - x < RUN ? width - x : RUN);
			memcpy(packed, in + 4 * (size_t)x, count * sizeof *packed);
			reduce_x2rgb10(packed, pixels);
			memcpy(out + 4 * (size_t)x, pixels, count * sizeof *pixels);
		}
	}
}

void shot_unpack_opaque(uint8_t *pixels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pixels[4 * i + 3] = 255;
	}
}
