/* The Lua files that the host carries, as source text: embed.cmake writes the table. */
#ifndef SHOT_HOST_EMBEDDED_H
#define SHOT_HOST_EMBEDDED_H

#include <stddef.h>

/* What the names of their chunks begin with. No file's can: those begin with "@". */
#define SHOT_EMBEDDED_CHUNK "=[luashot] "

struct shot_embedded {
	const char *module; /* "luashot.schedule"; NULL ends the table */
	const char *chunk;  /* "=[luashot] schedule/init.lua" */
	const char *data;
	size_t size;
};

extern const struct shot_embedded shot_embedded[];

#endif
