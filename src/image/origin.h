/* Where a picture came from, as files keep it. */
#ifndef SHOT_IMAGE_ORIGIN_H
#define SHOT_IMAGE_ORIGIN_H

#include "base/rect.h"

#include <stddef.h>
#include <stdint.h>

/* What is known of a picture that is written; zero or NULL where it is not. */
struct shot_origin {
	int64_t wall_ns;       /* when it was captured, since the epoch */
	struct shot_rect rect; /* where on the root window */
	const char *source;    /* "HDMI-1", "root" */
	double dots_per_mm_x, dots_per_mm_y;
};

#define SHOT_KEPT_SOURCE 64

/* The same as a file tells it; zero or empty where it does not. */
struct shot_kept_origin {
	int64_t wall_ns; /* to the millisecond */
	int32_t x, y;
	char source[SHOT_KEPT_SOURCE];
	double dots_per_mm_x, dots_per_mm_y;
};

#define SHOT_TIME_SIZE 40
#define SHOT_GEOMETRY_SIZE 64

/* "2024-05-01T12:34:56.789Z" (RFC 3339, UTC, milliseconds); false when the time is not known or
 * beyond what years have names for. */
bool shot_origin_time(const struct shot_origin *origin, char out[SHOT_TIME_SIZE]);

/* "640x480+10+20"; false for no pixels. */
bool shot_origin_geometry(const struct shot_origin *origin, char out[SHOT_GEOMETRY_SIZE]);

/* The ways back, for texts of `size` bytes of anybody's making: what cannot be read changes
 * nothing. A time needs its zone, "Z" or "+02:00". */
void shot_origin_read_time(struct shot_kept_origin *kept, const char *text, size_t size);
void shot_origin_read_geometry(struct shot_kept_origin *kept, const char *text, size_t size);

/* As much of it as there is room for, up to a control character. */
void shot_origin_read_source(struct shot_kept_origin *kept, const char *text, size_t size);

/* Pixels per metre; out of range (1 to 1e6) it stays unknown. */
void shot_origin_read_density(struct shot_kept_origin *kept, double x, double y);

#endif
