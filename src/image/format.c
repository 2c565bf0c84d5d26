#include "image/format.h"

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
