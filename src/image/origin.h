/* The origin of a picture, as files record it. */
#ifndef SHOT_IMAGE_ORIGIN_H
#define SHOT_IMAGE_ORIGIN_H

#include "base/rect.h"

#include <stddef.h>
#include <stdint.h>

/* The origin of a picture to write; unknown fields are zero or NULL. */
struct shot_origin {
	int64_t wall_ns;       /* when it was captured, since the epoch */
	struct shot_rect rect; /* where on the root window */
	const char *source;    /* "HDMI-1", "root" */
	double dots_per_mm_x, dots_per_mm_y;
};

#define SHOT_KEPT_SOURCE 64

/* The origin that a file records; missing fields are zero or empty. */
struct shot_kept_origin {
	int64_t wall_ns; /* to the millisecond */
	int32_t x, y;
	char source[SHOT_KEPT_SOURCE];
	double dots_per_mm_x, dots_per_mm_y;
};

#define SHOT_TIME_SIZE 40
#define SHOT_GEOMETRY_SIZE 64

/* "2024-05-01T12:34:56.789Z" (RFC 3339, UTC, milliseconds); false when the time is unknown or its
 * year has more than four digits. */
bool shot_origin_time(const struct shot_origin *origin, char out[SHOT_TIME_SIZE]);

/* "640x480+10+20"; false for no pixels. */
bool shot_origin_geometry(const struct shot_origin *origin, char out[SHOT_GEOMETRY_SIZE]);

/* Readers of these texts, for `size` bytes from any source. A text that cannot be read changes
 * nothing. A time needs its zone, "Z" or "+02:00". */
void shot_origin_read_time(struct shot_kept_origin *kept, const char *text, size_t size);
void shot_origin_read_geometry(struct shot_kept_origin *kept, const char *text, size_t size);

/* Copy the source's name up to a control character, as far as it fits. */
void shot_origin_read_source(struct shot_kept_origin *kept, const char *text, size_t size);

/* Pixels per meter; outside 1 to 1e6 the density stays unknown. */
void shot_origin_read_density(struct shot_kept_origin *kept, double x, double y);

#endif
