#include "codec/encode.h"
#include "codec/codecs.h"

#include <string.h>
#include <strings.h>

static const struct shot_codec *const codecs[] = {
	&shot_codec_png,
#ifdef LUASHOT_JPEG
	&shot_codec_jpeg,
#endif
#ifdef LUASHOT_WEBP
	&shot_codec_webp,
#endif
#ifdef LUASHOT_QOI
	&shot_codec_qoi,
#endif
	&shot_codec_ppm,
	&shot_codec_pam,
	NULL,
};

const struct shot_codec *const *shot_codecs(void)
{
	return codecs;
}

static const struct shot_codec *by_extension(const char *wanted)
{
	for (const struct shot_codec *const *at = codecs; *at; at++) {
		for (const char *const *extension = (*at)->extensions; *extension; extension++) {
			if (strcasecmp(wanted, *extension) == 0) {
				return *at;
			}
		}
	}
	return NULL;
}

const struct shot_codec *shot_codec_by_name(const char *name)
{
	for (const struct shot_codec *const *at = codecs; *at; at++) {
		if (strcmp((*at)->name, name) == 0) {
			return *at;
		}
	}
	return by_extension(name);
}

const struct shot_codec *shot_codec_by_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	return dot ? by_extension(dot + 1) : NULL;
}
