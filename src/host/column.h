/* Where the cursor of a terminal is, counted in columns that go on past the end of a row: row and
 * column are its quotient and remainder by the screen's `width`. */
#ifndef SHOT_HOST_COLUMN_H
#define SHOT_HOST_COLUMN_H

#include <wchar.h>

/* After libedit has shown `c` at `column`. */
int shot_column_after(int column, wchar_t c, int width);

/* After a prompt; what stands in it between two \1 takes no room. */
int shot_column_prompt(const char *prompt, int width);

#endif
