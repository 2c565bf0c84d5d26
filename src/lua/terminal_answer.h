/* Reads a terminal's answer: any bytes, at any pace. */
#ifndef SHOT_LUA_TERMINAL_ANSWER_H
#define SHOT_LUA_TERMINAL_ANSWER_H

#include <stddef.h>
#include <stdint.h>

enum { SHOT_TERMINAL_ANSWER = 4096 }; /* bytes of an answer at most */

/* Read from `fd` into `answer`, which has room for SHOT_TERMINAL_ANSWER bytes, up to the end of a
 * control sequence (ESC [ ...) with the character `last`, and not a byte more; or until the buffer
 * is full, nothing more can come, or the deadline has passed. Returns the number of bytes. */
size_t shot_terminal_answer(int fd, char *answer, char last, int64_t deadline);

#endif
