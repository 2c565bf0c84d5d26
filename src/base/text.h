/* Makes text of any program safe for people and terminals. */
#ifndef SHOT_BASE_TEXT_H
#define SHOT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* One line of valid UTF-8, cut at a character's end to fit `size` bytes, NUL included. Bytes that
 * are not UTF-8 are read as Latin-1, except for the parts that compound text marks as UTF-8. With
 * `must_be_utf8`, invalid bytes become U+FFFD instead. The text ends at the first NUL; control
 * characters and ends of lines become spaces. Characters that change the direction of writing, and
 * others without a shape of their own, are dropped. False, and an empty `out`, when no text is
 * left. */
bool shot_text_read(const void *bytes, size_t length, bool must_be_utf8, char *out, size_t size);

#endif
