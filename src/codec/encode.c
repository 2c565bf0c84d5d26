#include "codec/encode.h"
#include "codec/codecs.h"

#include <string.h>
#include <strings.h>

#include "base/library.h"

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

/* The extensions of formats that the build left out, and its options that did. */
static const char *const left_out[][2] = {
#ifndef LUASHOT_JPEG
	{"jpeg", "LUASHOT_JPEG"},
	{"jpg", "LUASHOT_JPEG"},
#endif
#ifndef LUASHOT_WEBP
	{"webp", "LUASHOT_WEBP"},
#endif
#ifndef LUASHOT_QOI
	{"qoi", "LUASHOT_QOI"},
#endif
	{NULL, NULL},
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

/* The extension of a path, without the dot; NULL when it has none. */
static const char *extension_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	return dot ? dot + 1 : NULL;
}

const struct shot_codec *shot_codec_by_path(const char *path)
{
	const char *extension = extension_of(path);
	return extension ? by_extension(extension) : NULL;
}

bool shot_codec_is_left_out(const char *name, struct shot_error *err)
{
	const char *extension = extension_of(name);
	const char *wanted = extension ? extension : name;
	for (size_t i = 0; left_out[i][0]; i++) {
		if (strcasecmp(wanted, left_out[i][0]) == 0) {
			shot_library_left_out(left_out[i][0], left_out[i][1], err);
			return true;
		}
	}
	return false;
}
