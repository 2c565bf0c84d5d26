/* Libraries that are loaded on first use. Linking them would slow down every start for the sake of
 * a few scripts. */
#ifndef SHOT_BASE_LIBRARY_H
#define SHOT_BASE_LIBRARY_H

#include "base/error.h"

/* Load `name` (SHOT_LIBRARY_WEBP and its like, which the build defines: "libwebp.so.7"), look up
 * its `functions` (NULL-terminated), and store their addresses at `out`, a struct of as many
 * pointers in the same order; after a failure its contents are undefined. The library stays loaded.
 * ENOTSUP, with Debian's name of its package, when it is not installed; ENOTSUP when it lacks a
 * function. */
bool shot_library_load(
	const char *name, const char *const functions[], void *out, struct shot_error *err);

/* Fail with ENOTSUP, because the build left out `what` ("videos") by its option ("LUASHOT_VIDEO").
 */
bool shot_library_left_out(const char *what, const char *option, struct shot_error *err);

#endif
