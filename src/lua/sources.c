#include "lua/sources.h"

#include "x11/source.h"

static const struct shot_source_kind *const sources[] = {&shot_x11_source};

enum { COUNT = sizeof sources / sizeof *sources };

const struct shot_source_kind *shotL_find_source(const char *name)
{
	(void)name; /* as long as there is one */
	return sources[0];
}

void shotL_list_paths(const char *names[SHOTL_PATHS])
{
	int listed = 0;
	for (int i = 0; i < COUNT; i++) {
		for (unsigned k = 0; k < sources[i]->path_count && listed < SHOTL_PATHS - 1; k++) {
			names[listed++] = sources[i]->paths[k].name;
		}
	}
	names[listed] = NULL;
}
