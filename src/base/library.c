#include "base/library.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { PACKAGE = 80 };

/* Debian's name of the package of the first library that `text` names: by its rule "libwebp7" for
 * "libwebp.so.7", and "libpng16-16" for "libpng16.so.16". Two older packages break the rule. */
static void name_package(const char *text, char package[PACKAGE])
{
	static const char *const others[][2] = {
		{"libz.so.1", "zlib1g"}, {"libedit.so.0", "libedit2"}};
	const char *dot = strstr(text, ".so."), *file = dot;
	*package = '\0';
	if (!dot) {
		return;
	}
	while (file > text && !strchr("/ ", file[-1])) {
		file--;
	}
	const char *version = dot + strlen(".so.");
	int length = (int)(dot - file), digits = (int)strspn(version, "0123456789.");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (strncmp(file, others[i][0], strlen(others[i][0])) == 0) {
			snprintf(package, PACKAGE, " (Debian: %s)", others[i][1]);
			return;
		}
	}
	snprintf(package, PACKAGE, " (Debian: %.*s%s%.*s)", length, file,
		isdigit((unsigned char)dot[-1]) ? "-" : "", digits, version);
}

bool shot_library_load(
	const char *name, const char *const functions[], void *out, struct shot_error *err)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!library) {
		char package[PACKAGE];
		const char *reason = dlerror(); /* it names the library, or one that it needs */
		name_package(reason, package);
		return shot_fail(
			err, "ENOTSUP", "cannot load a library: %.150s%s", reason, package);
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

bool shot_library_left_out(const char *what, const char *option, struct shot_error *err)
{
	return shot_fail(err, "ENOTSUP",
		"this luashot was built without %s (configure it with -D%s=ON)", what, option);
}
