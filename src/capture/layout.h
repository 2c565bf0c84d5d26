/* The screen's size and the monitors on it. */
#ifndef SHOT_CAPTURE_LAYOUT_H
#define SHOT_CAPTURE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rect.h"

#define SHOT_MONITORS 64 /* more than the outputs of any server; further ones are not listed */
#define SHOT_NAME 64

struct shot_monitor {
	struct shot_rect rect;	/* on the root */
	char name[SHOT_NAME];	/* the product's name, else its label */
	char label[SHOT_NAME];	/* the server's or the user's name for it, else its output */
	char output[SHOT_NAME]; /* "HDMI-1"; the label when it has no output */
	bool primary;
	int32_t mm_width, mm_height; /* 0 when unknown */
	double scale;		     /* pixels per unit of the desktop; 0 stands for 1 */
	const char *transform;	     /* static: "90", "flipped"; NULL: "normal" */
	uint32_t id;		     /* the server's number for it; 0 for the root */
};

struct shot_layout {
	struct shot_rect root; /* the whole screen, at 0,0; in captured pixels */
	size_t count;	       /* at least 1 */
	struct shot_monitor monitors[SHOT_MONITORS];
};

/* The monitor with that output, else label, else name. `count` receives the number of such monitors
 * with different rectangles. NULL when there is none. */
const struct shot_monitor *shot_layout_find(
	const struct shot_layout *layout, const char *name, unsigned *count);

/* The monitor at a point of the root, else the primary one. */
const struct shot_monitor *shot_layout_at(const struct shot_layout *layout, int32_t x, int32_t y);

/* The primary monitor, else the first. */
const struct shot_monitor *shot_layout_primary(const struct shot_layout *layout);

#endif
