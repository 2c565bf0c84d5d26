/* A file's name with the room that any name needs. */
#ifndef SHOT_OUTPUT_PATH_H
#define SHOT_OUTPUT_PATH_H

#include <limits.h>

struct shot_path_buffer {
	char text[PATH_MAX];
};

#endif
