/* The outputs of a compositor, as their events describe them, and the layout that they form.
 *
 * The root is in captured pixels. Wayland places outputs in logical units; an output of
 * scale 2 has two pixels for each. The root's unit is a pixel of the output with the largest scale:
 * each output lies at its logical place times that scale, with its own pixels. Outputs of smaller
 * scales leave gaps, which are black. */
#ifndef SHOT_WAYLAND_OUTPUT_H
#define SHOT_WAYLAND_OUTPUT_H

#include "base/rect.h"
#include "capture/layout.h"
#include "wayland/connection.h"

struct wl_output;
struct zxdg_output_v1;
struct shot_wayland_mirror;

struct shot_wayland_output {
	struct shot_wayland_output *next;
	struct shot_wayland *wayland;
	struct wl_output *proxy;
	struct zxdg_output_v1 *xdg; /* NULL: none */
	uint32_t id;		    /* the global's number */

	char name[SHOT_NAME]; /* "HDMI-A-1"; "" before the event */
	char make[SHOT_NAME], model[SHOT_NAME];
	int32_t mm_width, mm_height;
	int32_t transform;     /* wl_output.transform */
	int32_t scale;	       /* the integer scale of wl_output */
	int32_t width, height; /* of its mode, in pixels of the screen before turning */
	int32_t refresh;       /* frames in 1000 seconds; 0: unknown */
	struct shot_rect logical;
	bool has_logical;

	struct shot_rect rect; /* on the root, as of the last layout; upright pixels */

	struct shot_wayland_mirror *mirror; /* NULL: there are no eyes */
};

/* Bind an output that was announced; put it at the end of the list. False: ENOMEM. */
bool shot_wayland_output_add(struct shot_wayland *wayland, uint32_t id, uint32_t version);

/* Ask a new manager of xdg_output about the outputs that were announced before it. */
void shot_wayland_outputs_ask_place(struct shot_wayland *wayland);

/* Remove an output. */
void shot_wayland_output_remove(struct shot_wayland *wayland, uint32_t id);

/* Free all of them. */
void shot_wayland_outputs_free(struct shot_wayland *wayland);

/* A place on all outputs together, as a compositor's virtual pointers count: in fractions of
 * logical units from the top left one, with the size of the whole. */
struct shot_wayland_spot {
	uint32_t x, y, width, height;
};

/* The spot of a pixel of the root. False: no output shows it. */
bool shot_wayland_outputs_find(
	const struct shot_wayland *wayland, int32_t x, int32_t y, struct shot_wayland_spot *spot);

/* Make the layout from their events. False: no output has a mode. */
bool shot_wayland_outputs_arrange(struct shot_wayland *wayland);

#endif
