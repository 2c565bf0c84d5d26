/* An error is a value on the caller's stack, so that nothing is left to free when a Lua error jumps
 * past it. */
#ifndef SHOT_BASE_ERROR_H
#define SHOT_BASE_ERROR_H

#include <stdbool.h>

/* The codes of luashot itself. A failed system call can have any other name of errno. */
/* clang-format off */
#define SHOT_ERROR_CODES(X) \
	X(EACCES) X(EADDRINUSE) X(EAGAIN) X(EAMBIGUOUS) X(EBUFFERFULL) X(EBUSY) \
	X(ECLOSED) X(ECORRUPT) X(EEXIST) X(EFBIG) X(EFORMAT) X(EFRAMESIZE) \
	X(EFRAMETOOLARGE) X(EGEOMETRY) X(EGONE) X(EHIDDEN) X(EINTR) X(EINVAL) X(EIO) \
	X(ELOOP) X(ELOST) X(EMETADATA) X(ENAMETOOLONG) X(ENODISPLAY) X(ENOENT) \
	X(ENOINPUT) X(ENOKEY) X(ENOMEM) X(ENOMONITOR) X(ENOSERVER) X(ENOTSUP) X(ENOWINDOW) X(EPERM) \
	X(EREADERDEAD) X(ESANDBOX) X(ESEQUENCE) X(ETIMEDOUT) X(EUNKNOWN) X(EUSAGE) \
	X(EVERSION) X(EVISUAL) X(EWRITERDEAD) X(EXERROR)
/* clang-format on */

#define SHOT_CODE(name) SHOT_##name,
enum shot_code { SHOT_ERROR_CODES(SHOT_CODE) };
#undef SHOT_CODE

/* A resource that the call lacked, and that may be there later. */
enum shot_want {
	SHOT_WANT_NOTHING,
	SHOT_WANT_SLOT, /* of a display's pool: the collector may find one */
	SHOT_WANT_ROOM, /* in a ring: its reader may make some */
};

struct shot_error {
	const char *code;    /* symbolic and static: "EBUSY", "EGEOMETRY" */
	enum shot_want want; /* NOTHING unless the failing function says otherwise */
	char message[256];   /* names the thing, the value and what would be right */
};

/* Whether the code is this one. */
bool shot_error_is(const struct shot_error *err, enum shot_code code);

/* Fill `err` and return false, so that a failing function ends in `return shot_fail(err, …)`.
 * `code` is a literal of SHOT_ERROR_CODES. Control characters in the message become "?". */
__attribute__((format(printf, 3, 4))) bool shot_fail(
	struct shot_error *err, const char *code, const char *format, ...);

/* As shot_fail, for a failed system call: the code is the name of `number` (errno), and its text
 * follows the message after a colon. */
__attribute__((format(printf, 3, 4))) bool shot_fail_errno(
	struct shot_error *err, int number, const char *format, ...);

#endif
