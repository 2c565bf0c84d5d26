/* The pointer's picture, requested together with the pixels and drawn into them. */
#ifndef SHOT_CAPTURE_CURSOR_H
#define SHOT_CAPTURE_CURSOR_H

#include "base/poll.h"
#include "capture/frame.h"

struct shot_source;

struct shot_cursor_image {
	struct shot_rect rect;	/* on the root; empty when there is nothing to draw */
	const uint32_t *pixels; /* ARGB, with the colors multiplied by alpha */
	void *memory;		/* the memory of the pixels, to be freed by free() */
};

struct shot_cursor {
	uintptr_t question; /* of the source, 0 when none is in progress */
	bool is_known;	    /* the image is there */
	struct shot_cursor_image image;
};

/* Request the picture, forgetting an earlier question; the caller flushes. The source must be able
 * to. */
void shot_cursor_ask(struct shot_cursor *cursor, struct shot_source *source);

/* Take in the answer, without blocking. Failed: ELOST, or a refusal. */
enum shot_poll shot_cursor_poll(
	struct shot_cursor *cursor, struct shot_source *source, struct shot_error *err);

/* Blend it over the frame at its place on the root; returns the rectangle of the root that it
 * changed. */
struct shot_rect shot_cursor_draw(const struct shot_cursor *cursor, struct shot_frame *frame);

/* Drop the image and the question; `source` is NULL when it is closed. */
void shot_cursor_forget(struct shot_cursor *cursor, struct shot_source *source);

#endif
