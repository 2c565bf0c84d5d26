/* The display servers that there are: the one place of the binding that knows them by name. */
#ifndef SHOT_LUA_SOURCES_H
#define SHOT_LUA_SOURCES_H

#include "capture/source.h"

#define SHOTL_PATHS 16 /* of all sources together, and the end */

/* The source whose display is called `name` (NULL: the environment's). */
const struct shot_source_kind *shotL_find_source(const char *name);

/* The names of all their paths, NULL-terminated. */
void shotL_list_paths(const char *names[SHOTL_PATHS]);

#endif
