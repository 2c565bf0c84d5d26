/* Pictures for the tests of the image room: random bytes, at any offset and stride, from a seed. */
#ifndef SPEC_IMAGE_PICTURE_H
#define SPEC_IMAGE_PICTURE_H

#include <stdlib.h>
#include <string.h>

#include "image/view.h"

#define GUARD 64 /* bytes on either side that nobody may touch */
#define GUARD_VALUE 0xa5

struct picture {
	struct shot_owner owner;
	uint8_t *memory;
	struct shot_view view;
};

static inline uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static inline void fill_random(uint8_t *data, size_t size, uint32_t *seed)
{
	for (size_t i = 0; i < size; i++) {
		data[i] = (uint8_t)(next_random(seed) >> 11);
	}
}

static inline void free_picture(struct shot_owner *owner)
{
	struct picture *picture = (struct picture *)owner;
	free(picture->memory);
	free(picture);
}

/* A view of random pixels with an owner that frees them, `offset` bytes from an aligned address,
 * `padding` bytes between its rows and not one byte after the last pixel. */
static inline struct shot_view make_view(int32_t width, int32_t height, enum shot_format format,
	size_t offset, size_t padding, uint32_t *seed)
{
	struct picture *picture = malloc(sizeof *picture);
	size_t row = (size_t)width * shot_format_bytes(format);
	size_t size = offset + (row + padding) * (size_t)(height - 1) + row;
	picture->memory = malloc(size);
	fill_random(picture->memory, size, seed);
	shot_owner_init(&picture->owner, free_picture);
	return (struct shot_view){
		.data = picture->memory + offset,
		.width = width,
		.height = height,
		.stride = row + padding,
		.format = format,
		.owner = &picture->owner,
	};
}

#endif
