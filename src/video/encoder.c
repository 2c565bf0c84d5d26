#include "video/encoder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/convert.h"
#include "video/container.h"
#include "video/functions.h"
#include "video/palette.h"
#include "video/planes.h"
#include "video/settings.h"

enum {
	MOST_THREADS = 4,
	PRECISE = 1000, /* units of time in a second for a variable rate */
	NEVER = 1 << 24 /* pictures until a key picture that was not requested */
};

struct shot_encoder {
	const struct shot_video_library *av;
	AVCodecContext *context;
	AVFrame *frame; /* the current picture; without data before the first */
	AVPacket *packet;
	int32_t width, height;	      /* of the views */
	struct shot_palette *palette; /* of an encoder that takes one; else NULL */
};

/* Lists the formats of an encoder, ended by AV_PIX_FMT_NONE; NULL where it does not tell. */
static const enum AVPixelFormat *formats_of(
	const struct shot_video_library *av, const AVCodec *codec)
{
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
	const void *formats = NULL;
	int status = av->avcodec_get_supported_config(
		NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, NULL);
	return status < 0 ? NULL : formats;
#else
	(void)av;
	return codec->pix_fmts;
#endif
}

static bool choose_format(
	const struct shot_video_library *av, AVCodecContext *context, struct shot_error *err)
{
	const enum AVPixelFormat wanted[] = {
		AV_PIX_FMT_YUV420P, AV_PIX_FMT_BGR0, AV_PIX_FMT_RGB24, AV_PIX_FMT_PAL8};
	const enum AVPixelFormat *list = formats_of(av, context->codec);
	/* FFV1 is chosen to keep every color. */
	size_t first = context->codec->id == AV_CODEC_ID_FFV1 ? 1 : 0;
	for (size_t i = first; list && i < sizeof wanted / sizeof *wanted; i++) {
		for (const enum AVPixelFormat *one = list; *one != AV_PIX_FMT_NONE; one++) {
			if (*one == wanted[i]) {
				context->pix_fmt = wanted[i];
				return true;
			}
		}
	}
	return shot_fail(err, "ENOTSUP",
		"the encoder %s takes none of yuv420p, bgr0, rgb24 and pal8, which luashot can give",
		context->codec->name);
}

static void tag_colors(AVCodecContext *context)
{
	bool is_rgb = context->pix_fmt != AV_PIX_FMT_YUV420P;
	context->color_primaries = AVCOL_PRI_BT709;
	context->color_trc = is_rgb ? AVCOL_TRC_IEC61966_2_1 : AVCOL_TRC_BT709;
	context->colorspace = is_rgb ? AVCOL_SPC_RGB : AVCOL_SPC_BT709;
	context->color_range = is_rgb ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
	context->chroma_sample_location = is_rgb ? AVCHROMA_LOC_UNSPECIFIED : AVCHROMA_LOC_CENTER;
}

/* Some encoders accept odd sizes; the others need one more column or row. */
static int32_t padded(const AVCodecContext *context, int32_t size)
{
	enum AVCodecID id = context->codec->id;
	bool takes_odd = context->pix_fmt != AV_PIX_FMT_YUV420P || id == AV_CODEC_ID_VP8 ||
			 id == AV_CODEC_ID_VP9 || strcmp(context->codec->name, "libaom-av1") == 0;
	return takes_odd ? size : size + size % 2;
}

/* As a fraction of whole numbers: 29.97 is 2997/100. */
static AVRational rate_of(double fps)
{
	int scale = fps == floor(fps) ? 1 : PRECISE;
	double pictures = round(fps * scale);
	return (AVRational){pictures < 1 ? 1 : (int)pictures, scale};
}

/* Chooses the number of threads: one for each processor, but only as many as help with one picture,
 * because each costs memory. */
static int threads(int most)
{
	most = most > 0 ? most : MOST_THREADS;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors < 1 ? 1 : processors > most ? most : (int)processors;
}

static void set_up(AVCodecContext *context, const struct shot_encoder_options *options,
	const AVOutputFormat *format)
{
	AVRational rate = rate_of(options->fps);
	context->width = padded(context, options->width);
	context->height = padded(context, options->height);
	context->framerate = rate;
	context->time_base =
		options->is_constant ? (AVRational){rate.den, rate.num} : (AVRational){1, PRECISE};
	context->sample_aspect_ratio = (AVRational){1, 1};
	context->max_b_frames = 0;
	context->gop_size = context->codec->id == AV_CODEC_ID_FFV1 ? 1 : NEVER;
	context->thread_count = threads(options->threads);
	context->thread_type = FF_THREAD_SLICE; /* on one picture */
	if (format->flags & AVFMT_GLOBALHEADER) {
		context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	}
	tag_colors(context);
}

/* Makes a black picture, with which the first one is compared. */
static bool make_picture(struct shot_encoder *encoder, struct shot_error *err)
{
	AVFrame *frame = encoder->frame;
	frame->format = encoder->context->pix_fmt;
	frame->width = encoder->context->width;
	frame->height = encoder->context->height;
	int status = encoder->av->av_frame_get_buffer(frame, 0);
	if (status < 0) {
		return shot_video_fail(err, status, "cannot make a picture for the encoder");
	}
	for (int i = 0; i < AV_NUM_DATA_POINTERS && frame->buf[i]; i++) {
		memset(frame->buf[i]->data, 0, frame->buf[i]->size);
	}
	return true;
}

static bool open_context(
	AVCodecContext *context, const struct shot_encoder_options *options, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	const AVOutputFormat *format = shot_container_of(options->container, err);
	if (!format || !choose_format(av, context, err)) {
		return false;
	}
	set_up(context, options, format);
	if (!shot_settings_apply(context, options, err)) {
		return false;
	}
	char what[96]; /* made now, because a failure resets the codec */
	snprintf(what, sizeof what, "the encoder %s cannot begin with %dx%d pixels",
		context->codec->name, options->width, options->height);
	shot_video_complaint(); /* an older one */
	int status = av->avcodec_open2(context, NULL, NULL);
	return status >= 0 || shot_video_fail(err, status, what);
}

struct shot_encoder *shot_encoder_open(
	const struct shot_encoder_options *options, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	const AVCodec *codec = av ? shot_settings_codec(options, err) : NULL;
	struct shot_encoder *encoder = codec ? calloc(1, sizeof *encoder) : NULL;
	if (!encoder) {
		if (codec) {
			shot_fail(err, "ENOMEM", "no memory for an encoder");
		}
		return NULL;
	}
	*encoder = (struct shot_encoder){.av = av,
		.context = av->avcodec_alloc_context3(codec),
		.frame = av->av_frame_alloc(),
		.packet = av->av_packet_alloc(),
		.width = options->width,
		.height = options->height};
	bool ok = (encoder->context && encoder->frame && encoder->packet) ||
		  shot_fail(err, "ENOMEM", "no memory for an encoder");
	ok = ok && open_context(encoder->context, options, err);
	if (ok && encoder->context->pix_fmt == AV_PIX_FMT_PAL8) {
		encoder->palette = calloc(1, sizeof *encoder->palette);
		ok = encoder->palette || shot_fail(err, "ENOMEM", "no memory for a palette");
	}
	if (!ok) {
		shot_encoder_close(encoder);
		return NULL;
	}
	return encoder;
}

/* --- the current picture ------------------------------------------------------------------------
 */

static void let_go(void *owner, uint8_t *data)
{
	(void)data;
	shot_owner_unref(owner);
}

/* The encoder reads the view's own memory. */
static bool lend(struct shot_encoder *encoder, const struct shot_view *view, struct shot_error *err)
{
	AVFrame *frame = encoder->frame;
	encoder->av->av_frame_unref(frame);
	size_t size = view->stride * (size_t)(view->height - 1) + 4 * (size_t)view->width;
	shot_owner_ref(view->owner);
	frame->buf[0] = encoder->av->av_buffer_create(
		view->data, size, let_go, view->owner, AV_BUFFER_FLAG_READONLY);
	if (!frame->buf[0]) {
		shot_owner_unref(view->owner);
		return shot_fail(err, "ENOMEM", "no memory for a picture");
	}
	frame->data[0] = view->data;
	frame->linesize[0] = (int)view->stride;
	frame->format = encoder->context->pix_fmt;
	frame->width = encoder->context->width;
	frame->height = encoder->context->height;
	return true;
}

/* A picture of numbers; a new scene begins where the palette has no colors like those. */
static bool map_parts(struct shot_encoder *encoder, const struct shot_view *view,
	const struct shot_rect *rects, int count, bool *changed, struct shot_error *err)
{
	AVFrame *frame = encoder->frame;
	const struct shot_rect all = {0, 0, encoder->width, encoder->height};
	bool fits = true;
	for (int i = 0; i < count && fits; i++) {
		fits = shot_palette_fits(
			encoder->palette, view, shot_rect_intersect(rects[i], all));
	}
	if (!fits) {
		if (!shot_palette_choose(encoder->palette, view, err)) {
			return false;
		}
		memcpy(frame->data[1], encoder->palette->colors, sizeof encoder->palette->colors);
		rects = &all;
		count = 1;
		*changed = true;
	}
	for (int i = 0; i < count; i++) {
		*changed |=
			shot_palette_map(encoder->palette, view, shot_rect_intersect(rects[i], all),
				frame->data[0], (size_t)frame->linesize[0]);
	}
	return true;
}

static bool convert_part(
	struct shot_encoder *encoder, const struct shot_view *view, struct shot_rect rect)
{
	AVFrame *frame = encoder->frame;
	if (encoder->context->pix_fmt == AV_PIX_FMT_YUV420P) {
		const struct shot_planes planes = {
			.data = {frame->data[0], frame->data[1], frame->data[2]},
			.stride = {(size_t)frame->linesize[0], (size_t)frame->linesize[1],
				(size_t)frame->linesize[2]},
			.width = frame->width,
			.height = frame->height};
		return shot_planes_update(&planes, view, rect);
	}
	struct shot_view part = *view;
	part.data = shot_view_row(view, rect.y) + 4 * (size_t)rect.x;
	part.width = rect.width;
	part.height = rect.height;
	size_t stride = (size_t)frame->linesize[0];
	shot_view_convert(&part, SHOT_FORMAT_RGB,
		frame->data[0] + (size_t)rect.y * stride + 3 * (size_t)rect.x, stride);
	return true;
}

bool shot_encoder_update(struct shot_encoder *encoder, const struct shot_view *view,
	const struct shot_rect *rects, int count, bool *changed, struct shot_error *err)
{
	bool is_first = !encoder->frame->buf[0];
	const struct shot_rect all = {0, 0, encoder->width, encoder->height};
	*changed = is_first;
	if (view->format != SHOT_FORMAT_BGRX) {
		return shot_fail(err, "EINVAL", "a picture of a video has to be bgrx");
	}
	if (view->width != all.width || view->height != all.height) {
		return shot_fail(err, "EGEOMETRY",
			"a picture of %dx%d does not fit a video of %dx%d", view->width,
			view->height, all.width, all.height);
	}
	if (count == 0 && !is_first) {
		return true;
	}
	if (encoder->context->pix_fmt == AV_PIX_FMT_BGR0) {
		*changed = true;
		return lend(encoder, view, err);
	}
	if (is_first && !make_picture(encoder, err)) {
		return false;
	}
	int status = encoder->av->av_frame_make_writable(encoder->frame);
	if (status < 0) {
		return shot_video_fail(err, status, "cannot change the encoder's picture");
	}
	if (is_first || count < 0) {
		rects = &all;
		count = 1;
	}
	if (encoder->palette) {
		return map_parts(encoder, view, rects, count, changed, err);
	}
	for (int i = 0; i < count; i++) {
		struct shot_rect rect = shot_rect_intersect(rects[i], all);
		if (!shot_rect_is_empty(rect)) {
			*changed |= convert_part(encoder, view, rect);
		}
	}
	return true;
}

/* --- packets ------------------------------------------------------------------------------------
 */

static bool take_packets(
	struct shot_encoder *encoder, struct shot_packet_sink *sink, struct shot_error *err)
{
	for (;;) {
		int status = encoder->av->avcodec_receive_packet(encoder->context, encoder->packet);
		if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) {
			return true;
		}
		if (status < 0) {
			return shot_video_fail(err, status, "the encoder failed");
		}
		bool ok = sink->take(sink, encoder->packet, err);
		encoder->av->av_packet_unref(encoder->packet);
		if (!ok) {
			return false;
		}
	}
}

static bool send(struct shot_encoder *encoder, AVFrame *frame, struct shot_packet_sink *sink,
	struct shot_error *err)
{
	int status = encoder->av->avcodec_send_frame(encoder->context, frame);
	if (status < 0 && status != AVERROR_EOF) {
		return shot_video_fail(err, status, "the encoder failed");
	}
	return take_packets(encoder, sink, err);
}

bool shot_encoder_encode(struct shot_encoder *encoder, int64_t time, bool is_key,
	struct shot_packet_sink *sink, struct shot_error *err)
{
	encoder->frame->pts = time;
	encoder->frame->pict_type = is_key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
	return send(encoder, encoder->frame, sink, err);
}

bool shot_encoder_flush(
	struct shot_encoder *encoder, struct shot_packet_sink *sink, struct shot_error *err)
{
	return send(encoder, NULL, sink, err);
}

AVRational shot_encoder_base(const struct shot_encoder *encoder)
{
	return encoder->context->time_base;
}

bool shot_encoder_has_keys(const struct shot_encoder *encoder)
{
	enum AVCodecID id = encoder->context->codec_id;
	return id != AV_CODEC_ID_GIF && id != AV_CODEC_ID_APNG;
}

const AVCodecContext *shot_encoder_context(const struct shot_encoder *encoder)
{
	return encoder->context;
}

void shot_encoder_close(struct shot_encoder *encoder)
{
	if (encoder) {
		encoder->av->avcodec_free_context(&encoder->context);
		encoder->av->av_frame_free(&encoder->frame);
		encoder->av->av_packet_free(&encoder->packet);
		free(encoder->palette);
		free(encoder);
	}
}
