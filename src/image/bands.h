/* The bytes of a picture in another format, some rows at a time, so that their reader finds
 * them in the processor's cache. */
#ifndef SHOT_IMAGE_BANDS_H
#define SHOT_IMAGE_BANDS_H

#include "image/planar.h"
#include "image/view.h"

struct shot_bands {
	size_t room; /* bytes of memory that shot_bands_next needs */
	int32_t rows, next;
	enum shot_format format;
	bool is_planar;
	enum shot_planar planar;
	size_t color; /* bytes of a planar format's color; they follow the luma */
	size_t done;  /* of each plane of color */
};

/* For pictures of the view's size. */
void shot_bands_start(
	struct shot_bands *bands, const struct shot_view *view, enum shot_format format);
void shot_bands_start_planar(
	struct shot_bands *bands, const struct shot_view *view, enum shot_planar format);

/* The next piece of what shot_view_convert or shot_planar_convert would write, and its size. It
 * lies in `room`, whose bytes the caller keeps from call to call. Not to be called after the last
 * piece. NULL: ENOMEM, for a planar format of a picture that is not bgrx. */
const uint8_t *shot_bands_next(struct shot_bands *bands, const struct shot_view *view,
	uint8_t *room, size_t *size, struct shot_error *err);

#endif
