/* The pointer's place, and its picture (XFIXES). */
#ifndef SHOT_X11_POINTER_H
#define SHOT_X11_POINTER_H

#include "capture/source.h"

/* As in capture/source.h. */
uintptr_t shot_pointer_ask(struct shot_source *source);
enum shot_poll shot_pointer_poll(struct shot_source *source, uintptr_t question, int32_t *x,
	int32_t *y, struct shot_error *err);
uintptr_t shot_pointer_ask_cursor(struct shot_source *source);
enum shot_poll shot_pointer_poll_cursor(struct shot_source *source, uintptr_t question,
	struct shot_cursor_image *image, struct shot_error *err);

/* Forget a question about the pointer or about changes. */
void shot_pointer_forget(struct shot_source *source, uintptr_t question);

#endif
