/* Lines of standard input, for the prompt without an editor. */
#ifndef SHOT_HOST_LINE_H
#define SHOT_HOST_LINE_H

#include <lua.h>

/* Push the function read(most) -> text, is_whole: the next line without its newline, or, when it
 * has more bytes than `most`, these, and the rest comes with the next calls. nil at the end of the
 * input, after an error, and when a signal came. It reads by the C library's stdin, as io.read
 * does. */
void shot_line_push(lua_State *L);

#endif
