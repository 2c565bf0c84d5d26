/* Converts the pixels of an output to upright bgrx. */
#ifndef SHOT_WAYLAND_UPRIGHT_H
#define SHOT_WAYLAND_UPRIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rect.h"

struct shot_wayland_pixels {
	const uint8_t *data;
	uint32_t format; /* wl_shm.format */
	int32_t width, height;
	size_t stride;
	bool is_inverted;  /* the last row is the first */
	int32_t transform; /* wl_output.transform, to undo */
};

/* A wl_output.transform as the compositor sent it; an unknown one becomes "normal". */
int32_t shot_wayland_transform(uint32_t sent);

/* Bytes of a pixel of that format; 0: pixels of it cannot be read. */
uint32_t shot_wayland_bytes(uint32_t format);

/* Whether pixels of the one format cost less to read than those of the other. */
bool shot_wayland_is_cheaper(uint32_t format, uint32_t other);

/* Whether its fourth byte is the opacity. */
bool shot_wayland_has_alpha(uint32_t format);

/* Write the part `rect` of the upright picture, which it must not leave, as bgrx to `to`, whose
 * rows are `stride` bytes apart. `to` may be the pixels' own memory if nothing is turned or moved.
 */
void shot_wayland_make_upright(const struct shot_wayland_pixels *pixels, struct shot_rect rect,
	uint8_t *to, size_t stride);

#endif
