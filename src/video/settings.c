#include "video/settings.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "video/container.h"
#include "video/functions.h"

enum { MOST_NAMES = 1024, MOST_CHOICES = 4 };

/* The defaults: encoders without delay, so that a file has all but the last moment whenever it
 * ends, at a speed for screens. */
struct choice {
	const char *codec;
	const char *settings[2 * MOST_CHOICES + 1]; /* name, value, …, NULL */
	const char *quality[2 * MOST_CHOICES + 1]; /* the same, if the user sets no other quality */
};

static const struct choice choices[] = {
	{"libx264", {"preset", "veryfast", "tune", "zerolatency", "forced-idr", "1"},
		{"crf", "20"}},
	{"libx264rgb", {"preset", "veryfast", "tune", "zerolatency", "forced-idr", "1"},
		{"crf", "20"}},
	{"libx265",
		{"preset", "ultrafast", "tune", "zerolatency", "forced-idr", "1", "x265-params",
			"frame-threads=1:log-level=error"},
		{"crf", "24"}},
	{"libvpx", {"deadline", "realtime", "cpu-used", "8", "lag-in-frames", "0"}, {"crf", "10"}},
	{"libvpx-vp9",
		{"deadline", "realtime", "cpu-used", "8", "lag-in-frames", "0", "row-mt", "1"},
		{"crf", "28", "b", "0"}},
	{"libaom-av1", {"usage", "realtime", "cpu-used", "8", "lag-in-frames", "0", "row-mt", "1"},
		{"crf", "30"}},
	{"libsvtav1", {"preset", "10", "svtav1-params", "pred-struct=1:lookahead=0"},
		{"crf", "32"}},
	{"mpeg4", {0}, {"qscale", "3"}},
	{"mpeg2video", {0}, {"qscale", "3"}},
	{"mpeg1video", {0}, {"qscale", "3"}},
};

static const struct choice *choice_of(const char *codec)
{
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		if (strcmp(choices[i].codec, codec) == 0) {
			return &choices[i];
		}
	}
	return NULL;
}

static bool fail_codec(
	const struct shot_video_library *av, const char *name, struct shot_error *err)
{
	const char *names[MOST_NAMES];
	size_t count = 0;
	void *at = NULL;
	const AVCodec *codec;
	while (count + 1 < MOST_NAMES && (codec = av->av_codec_iterate(&at))) {
		if (codec->type == AVMEDIA_TYPE_VIDEO && av->av_codec_is_encoder(codec)) {
			names[count++] = codec->name;
		}
	}
	names[count] = NULL;
	const char *nearest = shot_nearest(name, names);
	return shot_fail(err, "EINVAL", "there is no encoder '%.60s'%s%s%s", name,
		nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

const AVCodec *shot_settings_codec(
	const struct shot_encoder_options *options, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	const AVOutputFormat *format = av ? shot_container_of(options->container, err) : NULL;
	if (!format) {
		return NULL;
	}
	const char *name = options->codec;
	if (!name) {
		const AVCodec *usual = av->avcodec_find_encoder(format->video_codec);
		if (!usual) {
			shot_fail(err, "ENOTSUP",
				"ffmpeg's libraries have no encoder for %s here: name one with "
				"'codec'",
				format->name);
		}
		return usual;
	}
	const AVCodec *codec = av->avcodec_find_encoder_by_name(name);
	const AVCodecDescriptor *family = codec ? NULL : av->avcodec_descriptor_get_by_name(name);
	if (family) {
		codec = av->avcodec_find_encoder(family->id);
	}
	if (!codec || codec->type != AVMEDIA_TYPE_VIDEO) {
		fail_codec(av, name, err);
		return NULL;
	}
	if (av->avformat_query_codec(format, codec->id, FF_COMPLIANCE_NORMAL) == 0) {
		shot_fail(err, "EINVAL", "a video in %s cannot have the codec '%s'", format->name,
			codec->name);
		return NULL;
	}
	return codec;
}

static bool is_for_video(const AVOption *option)
{
	const int both = AV_OPT_FLAG_ENCODING_PARAM | AV_OPT_FLAG_VIDEO_PARAM;
	return (option->flags & both) == both && option->type != AV_OPT_TYPE_CONST;
}

static size_t add_names(
	const struct shot_video_library *av, void *object, const char *names[], size_t count)
{
	const AVOption *option = NULL;
	while (object && count + 1 < MOST_NAMES && (option = av->av_opt_next(object, option))) {
		if (is_for_video(option)) {
			names[count++] = option->name;
		}
	}
	names[count] = NULL;
	return count;
}

static bool fail_option(const struct shot_video_library *av, AVCodecContext *context,
	const char *name, struct shot_error *err)
{
	const char *names[MOST_NAMES];
	void *own = context->codec->priv_class ? context->priv_data : NULL;
	add_names(av, context, names, add_names(av, own, names, 0));
	const char *nearest = shot_nearest(name, names);
	return shot_fail(err, "EINVAL", "the encoder %s has no option '%.60s'%s%s%s",
		context->codec->name, name, nearest ? " (did you mean '" : "",
		nearest ? nearest : "", nearest ? "'?)" : "");
}

static bool set(const struct shot_video_library *av, AVCodecContext *context, const char *name,
	const char *value, struct shot_error *err)
{
	const AVOption *option = av->av_opt_find(context, name, NULL, 0, AV_OPT_SEARCH_CHILDREN);
	if (!option || !is_for_video(option)) {
		return fail_option(av, context, name, err);
	}
	int status = av->av_opt_set(context, name, value, AV_OPT_SEARCH_CHILDREN);
	if (status < 0) {
		char what[128];
		snprintf(what, sizeof what, "option '%.40s' of %s cannot be '%.40s'", name,
			context->codec->name, value);
		return shot_video_fail(err, status, what);
	}
	return true;
}

/* "qscale" is a flag and a number. */
static bool set_quality(const struct shot_video_library *av, AVCodecContext *context,
	const char *name, const char *value, struct shot_error *err)
{
	if (strcmp(name, "qscale") == 0) {
		context->flags |= AV_CODEC_FLAG_QSCALE;
		return av->av_opt_set_int(
			       context, "global_quality", (*value - '0') * FF_QP2LAMBDA, 0) >= 0 ||
		       fail_option(av, context, name, err);
	}
	return set(av, context, name, value, err);
}

/* Whether the user has set a quality. */
static bool says_quality(const struct shot_encoder_options *options)
{
	static const char *const names[] = {
		"b", "crf", "qp", "q", "global_quality", "lossless", "qmin", "qmax", NULL};
	for (const char *const *at = options->options; at && *at; at += 2) {
		for (const char *const *name = names; *name; name++) {
			if (strcmp(*at, *name) == 0) {
				return true;
			}
		}
	}
	return options->bitrate > 0;
}

bool shot_settings_apply(
	AVCodecContext *context, const struct shot_encoder_options *options, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	const struct choice *choice = choice_of(context->codec->name);
	bool ok = true;
	for (const char *const *at = choice ? choice->settings : NULL; ok && at && *at; at += 2) {
		ok = set(av, context, at[0], at[1], err);
	}
	if (options->bitrate > 0) {
		context->bit_rate = options->bitrate;
	}
	if (!says_quality(options)) {
		for (const char *const *at = choice ? choice->quality : NULL; ok && at && *at;
			at += 2) {
			ok = set_quality(av, context, at[0], at[1], err);
		}
	}
	for (const char *const *at = options->options; ok && at && *at; at += 2) {
		ok = set(av, context, at[0], at[1], err);
	}
	return ok;
}
