/* Text that any program can have written, for people and terminals. */
#ifndef SHOT_X11_TEXT_H
#define SHOT_X11_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* One line of valid UTF-8, cut at a character's end to fit `size` bytes, NUL included. What is not
 * UTF-8 is read as Latin-1, but for what compound text marks as UTF-8; unless it must be UTF-8:
 * then bytes that are not become U+FFFD. It ends at the first NUL; control characters and ends of
 * lines become spaces, and those that turn the direction of writing are left out. False, and an
 * empty `out`, when nothing is left. */
bool shot_text_read(const void *bytes, size_t length, bool must_be_utf8, char *out, size_t size);

#endif
