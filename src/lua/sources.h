/* The list of display servers: the only place of the binding that knows them by name. */
#ifndef SHOT_LUA_SOURCES_H
#define SHOT_LUA_SOURCES_H

#include "capture/source.h"

#define SHOTL_PATHS 16 /* the paths of all sources, and the end */

/* The next source to try after `kind` has failed to open the display `name`: a compositor may
 * forbid captures, and have an X server beside it. NULL: there is none. */
const struct shot_source_kind *shotL_next_source(
	const char *name, const struct shot_source_kind *kind);

/* The source of the display `name` (NULL: the environment's). */
const struct shot_source_kind *shotL_find_source(const char *name);

/* The names of all their paths, NULL-terminated. */
void shotL_list_paths(const char *names[SHOTL_PATHS]);

#endif
