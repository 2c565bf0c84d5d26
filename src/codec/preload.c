#include "codec/preload.h"

#include "base/library.h"
#include "codec/encode.h"

static void keep(const char *name)
{
	static const char *const none[] = {NULL};
	struct shot_error ignored;
	shot_library_load(name, none, NULL, &ignored);
}

void shot_image_preload(void)
{
	keep(SHOT_LIBRARY_YUV);
	keep(SHOT_LIBRARY_SIXEL);
	for (const struct shot_codec *const *codec = shot_codecs(); *codec; codec++) {
		for (const char *const *name = (*codec)->libraries; *name; name++) {
			keep(*name);
		}
	}
}
