/* The Lua files that the host carries: as text, and compiled, so that starting does not compile
 * them. The build writes the table (scripts/dev/embed). */
#ifndef SHOT_HOST_EMBEDDED_H
#define SHOT_HOST_EMBEDDED_H

#include <stddef.h>

/* The names of their chunks begin so. No file's can: those begin with "@". */
#define SHOT_EMBEDDED_CHUNK "=[luashot] "

struct shot_embedded_bytes {
	const unsigned char *data;
	size_t size;
};

struct shot_embedded {
	const char *module; /* "luashot.schedule"; NULL ends the table */
	const char *chunk;  /* "=[luashot] schedule/init.lua" */
	struct shot_embedded_bytes text;
	struct shot_embedded_bytes code; /* for the release of Lua that compiled it alone */
};

extern const struct shot_embedded shot_embedded[];

/* "Lua 5.4.6 ": the release that compiled them. */
extern const char shot_embedded_release[];

#endif
