/* Libraries that are loaded when they are first needed: linking them would make every start pay for
 * what few scripts use. */
#ifndef SHOT_BASE_LIBRARY_H
#define SHOT_BASE_LIBRARY_H

#include "base/error.h"

/* Load `name` (SHOT_LIBRARY_WEBP and its like, which the build defines: "libwebp.so.7") and find
 * its `functions`, NULL-terminated, for the pointers at `out`, as many. It stays loaded. ENOTSUP
 * when it is not installed or lacks one. */
bool shot_library_load(
	const char *name, const char *const functions[], void **out, struct shot_error *err);

#endif
