#include "image/format.h"

#include <string.h>

static const struct {
	const char *name;
	unsigned bytes;
} formats[SHOT_FORMAT_COUNT] = {
	[SHOT_FORMAT_BGRX] = {"bgrx", 4},
	[SHOT_FORMAT_BGR] = {"bgr", 3},
	[SHOT_FORMAT_RGB] = {"rgb", 3},
	[SHOT_FORMAT_RGBA] = {"rgba", 4},
	[SHOT_FORMAT_GRAY] = {"gray", 1},
};

const char *shot_format_name(enum shot_format format)
{
	return formats[format].name;
}

unsigned shot_format_bytes(enum shot_format format)
{
	return formats[format].bytes;
}

bool shot_format_parse(const char *name, enum shot_format *out)
{
	for (int i = 0; i < SHOT_FORMAT_COUNT; i++) {
		if (strcmp(name, formats[i].name) == 0) {
			*out = (enum shot_format)i;
			return true;
		}
	}
	return false;
}
