/* A line editor on the terminal of standard input and output, by libedit, for an event loop: feed
 * it when there is input, and it reports a complete line. libedit is loaded with the first editor.
 */
#ifndef SHOT_HOST_EDIT_H
#define SHOT_HOST_EDIT_H

#include <stddef.h>

#include "base/error.h"

struct shot_edit;

enum shot_edit_step {
	SHOT_EDIT_WAITS,     /* for input: feed it when standard input is readable */
	SHOT_EDIT_COMPLETES, /* Tab was pressed: see shot_edit_now, insert, and feed */
	SHOT_EDIT_LINE,	     /* a line is complete: shot_edit_text */
	SHOT_EDIT_END,	     /* Ctrl-D on an empty line, or the terminal is gone */
};

/* Make the editor. It sets LC_CTYPE from the environment, which defines letters, and reads
 * ~/.editrc as other programs do. ENOTSUP without libedit, ENOMEM, or the system's own code. */
struct shot_edit *shot_edit_create(struct shot_error *err);

/* Show the prompt and begin a line; from here to its end the terminal is in the editor's mode.
 * In the prompt, text between two \1 takes no columns (colors). */
enum shot_edit_step shot_edit_begin(struct shot_edit *edit, const char *prompt);

/* Read the available input. */
enum shot_edit_step shot_edit_feed(struct shot_edit *edit);

/* After LINE: the line, `length` bytes without its newline; until the next begin. */
const char *shot_edit_text(struct shot_edit *edit, size_t *length);

/* The line being edited, and the number of its bytes before the cursor; valid until the next call
 * of any function here. */
const char *shot_edit_now(struct shot_edit *edit, size_t *length, size_t *before);

/* Insert at the cursor; shown with the next feed. */
void shot_edit_insert(struct shot_edit *edit, const char *text);

/* Remove prompt and line from the screen, so that other output can be printed there; and show them
 * again below it. The cursor must be at the beginning of a line for show. Both may be called twice,
 * and when no line is edited. */
void shot_edit_hide(struct shot_edit *edit);
void shot_edit_show(struct shot_edit *edit);

/* Redraw after the terminal's size has changed, or the process was stopped and continues. */
void shot_edit_renew(struct shot_edit *edit);

/* Give the line up; the terminal is as before begin. */
void shot_edit_cancel(struct shot_edit *edit);

/* Add the line to the history for the arrow keys and Ctrl-R. */
void shot_edit_remember(struct shot_edit *edit, const char *line);

/* As cancel, and free it. NULL is allowed. */
void shot_edit_destroy(struct shot_edit *edit);

#endif
