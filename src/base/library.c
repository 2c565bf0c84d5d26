#include "base/library.h"

#include <dlfcn.h>
#include <stddef.h>

bool shot_library_load(
	const char *name, const char *const functions[], void **out, struct shot_error *err)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!library) {
		return shot_fail(err, "ENOTSUP", "cannot load a library: %s", dlerror());
	}
	for (size_t i = 0; functions[i]; i++) {
		out[i] = dlsym(library, functions[i]);
		if (!out[i]) {
			shot_fail(err, "ENOTSUP", "%s has no %s", name, functions[i]);
			dlclose(library);
			return false;
		}
	}
	dlclose(library); /* counted; RTLD_NODELETE keeps it */
	return true;
}
