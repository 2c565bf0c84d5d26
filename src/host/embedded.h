/* The Lua files that the host carries, as source text: embed.cmake writes the table. */
#ifndef SHOT_HOST_EMBEDDED_H
#define SHOT_HOST_EMBEDDED_H

#include <stddef.h>

struct shot_embedded {
	const char *module; /* "luashot.schedule"; NULL ends the table */
	const char *chunk;  /* "@luashot/schedule.lua" */
	const char *data;
	size_t size;
};

extern const struct shot_embedded shot_embedded[];

#endif
