#include "base/library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

bool shot_library_load(
	const char *name, const char *const functions[], void *out, struct shot_error *err)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!library) {
		return shot_fail(err, "ENOTSUP", "cannot load a library: %s", dlerror());
	}
	for (size_t i = 0; functions[i]; i++) {
		void *function = dlsym(library, functions[i]);
		if (!function) {
			shot_fail(err, "ENOTSUP", "%s has no %s", name, functions[i]);
			dlclose(library);
			return false;
		}
		memcpy((char *)out + i * sizeof function, &function, sizeof function);
	}
	dlclose(library); /* counted; RTLD_NODELETE keeps it */
	return true;
}
