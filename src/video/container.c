#include "video/container.h"

#include <string.h>

#include "video/functions.h"

static const char *extension_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
	return dot ? dot : "";
}

const AVOutputFormat *shot_container_of(const char *path, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	if (!av) {
		return NULL;
	}
	const char *extension = extension_of(path);
	const AVOutputFormat *format =
		*extension ? av->av_guess_format(NULL, extension, NULL) : NULL;
	/* Formats with AVFMT_NOFILE make many files, one for each picture. */
	if (!format || format->flags & AVFMT_NOFILE || format->video_codec == AV_CODEC_ID_NONE) {
		shot_fail(err, "EINVAL",
			"'%.100s' is not the name of a video: .mkv, .mp4, .mov, .webm, .gif or "
			".apng expected",
			path);
		return NULL;
	}
	return format;
}

bool shot_container_is_fragmented(const AVOutputFormat *format)
{
	return strcmp(format->name, "mp4") == 0 || strcmp(format->name, "mov") == 0;
}
