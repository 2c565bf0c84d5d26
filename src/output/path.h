/* A buffer for the longest path. */
#ifndef SHOT_OUTPUT_PATH_H
#define SHOT_OUTPUT_PATH_H

#include <limits.h>

struct shot_path_buffer {
	char text[PATH_MAX];
};

#endif
