/* The screen's size and the monitors on it. */
#ifndef SHOT_CAPTURE_LAYOUT_H
#define SHOT_CAPTURE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rect.h"

#define SHOT_MONITORS 64 /* more than a server has outputs; the rest is not listed */
#define SHOT_NAME 64

struct shot_monitor {
	struct shot_rect rect;	/* on the root */
	char name[SHOT_NAME];	/* the product's name, else its label */
	char label[SHOT_NAME];	/* what the server or the user calls it, else its output */
	char output[SHOT_NAME]; /* "HDMI-1"; the label when it has no output */
	bool primary;
	int32_t mm_width, mm_height; /* 0 when unknown */
	double scale;		     /* pixels for a unit of the desktop; 0: 1 */
	const char *transform;	     /* static: "90", "flipped"; NULL: "normal" */
	uint32_t id;		     /* the server's number for it; 0 for the root */
};

struct shot_layout {
	struct shot_rect root; /* all of the screen, at 0,0; in pixels, as captures are */
	size_t count;	       /* at least 1 */
	struct shot_monitor monitors[SHOT_MONITORS];
};

/* The monitor with that output, else label, else name; `count` is how many have it, and show
 * something else than the others. NULL when there is none. */
const struct shot_monitor *shot_layout_find(
	const struct shot_layout *layout, const char *name, unsigned *count);

/* The monitor at a point of the root, else the primary one. */
const struct shot_monitor *shot_layout_at(const struct shot_layout *layout, int32_t x, int32_t y);

/* The primary monitor, else the first. */
const struct shot_monitor *shot_layout_primary(const struct shot_layout *layout);

#endif
