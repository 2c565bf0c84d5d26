/* What went wrong: a value on the caller's stack, so that nothing is left to free when a Lua error
 * jumps past it. */
#ifndef SHOT_BASE_ERROR_H
#define SHOT_BASE_ERROR_H

#include <stdbool.h>

struct shot_error {
	const char *code;  /* symbolic and static: "EBUSY", "EGEOMETRY" */
	char message[256]; /* names the thing, the value and what would be right */
};

/* Fill `err` and return false, so that a failing function ends in `return shot_fail(err, …)`.
 * `code` must be a string literal. */
__attribute__((format(printf, 3, 4))) bool shot_fail(
	struct shot_error *err, const char *code, const char *format, ...);

/* The same for a failed system call: the code is the name of `number` (errno), and its text follows
 * the message after a colon. */
__attribute__((format(printf, 3, 4))) bool shot_fail_errno(
	struct shot_error *err, int number, const char *format, ...);

#endif
