/* Pictures to packets, by an encoder of libavcodec. */
#ifndef SHOT_VIDEO_ENCODER_H
#define SHOT_VIDEO_ENCODER_H

#include "image/view.h"
#include "video/library.h"

/* How a video is encoded. */
struct shot_encoder_options {
	const char *container;	    /* a file's name: its extension says it */
	const char *codec;	    /* of libavcodec, "libx264", or a format, "h264"; NULL: the
				       container's usual one */
	const char *const *options; /* name, value, name, value, …, NULL: as the encoder has them;
				       or NULL. They win over all that is chosen here */
	int64_t bitrate;	    /* bits a second; 0: by quality */
	double fps;		    /* the most pictures a second, 0 < fps <= 1000 */
	bool is_constant;	    /* as many in every second */
	int32_t width, height;	    /* of the pictures */
};

/* Takes each packet, in the encoder's time base; the packet stays the encoder's. */
struct shot_packet_sink {
	bool (*take)(struct shot_packet_sink *sink, AVPacket *packet, struct shot_error *err);
};

struct shot_encoder;

/* EINVAL with the nearest name for a codec or an option that does not exist, and for a value that
 * the encoder refuses; ENOTSUP without the libraries. The default keeps nothing back: a picture is
 * a packet at once. Pictures are yuv420p where the encoder takes that, with an even size where it
 * needs one; else, without conversion, bgr0; else rgb24. */
struct shot_encoder *shot_encoder_open(
	const struct shot_encoder_options *options, struct shot_error *err);

/* Make `view`, a bgrx picture of the encoder's size, the current one. `count` rectangles say where
 * it differs from the one before; -1: perhaps everywhere. `*changed` says whether it does, as far
 * as that is seen: a first picture does. The encoder may keep a reference to the view. */
bool shot_encoder_update(struct shot_encoder *encoder, const struct shot_view *view,
	const struct shot_rect *rects, int count, bool *changed, struct shot_error *err);

/* Encode the current picture for the moment `time`, in units of shot_encoder_base, later than the
 * one before. A key picture needs none before it. */
bool shot_encoder_encode(struct shot_encoder *encoder, int64_t time, bool is_key,
	struct shot_packet_sink *sink, struct shot_error *err);

/* Encode what the encoder keeps back. Nothing is encoded after it. */
bool shot_encoder_flush(
	struct shot_encoder *encoder, struct shot_packet_sink *sink, struct shot_error *err);

AVRational shot_encoder_base(const struct shot_encoder *encoder);

/* What a muxer needs to know of it. The encoder's. */
const AVCodecContext *shot_encoder_context(const struct shot_encoder *encoder);

/* NULL is allowed. */
void shot_encoder_close(struct shot_encoder *encoder);

#endif
