/* Encodes pictures to packets, by an encoder of libavcodec. */
#ifndef SHOT_VIDEO_ENCODER_H
#define SHOT_VIDEO_ENCODER_H

#include "image/view.h"
#include "video/library.h"

/* The options of an encoder. */
struct shot_encoder_options {
	const char *container;	    /* a file's name, whose extension sets the container */
	const char *codec;	    /* of libavcodec, "libx264", or a format, "h264"; NULL: the
				       container's usual one */
	const char *const *options; /* name, value, name, value, …, NULL: options of the encoder; or
				       NULL. They override every other choice */
	int64_t bitrate;	    /* bits a second; 0: by quality */
	double fps;		    /* the most pictures a second, 0 < fps <= 1000 */
	bool is_constant;	    /* a constant rate */
	int32_t width, height;	    /* of the pictures */
	int threads;		    /* at most; 0: as many as help */
};

/* Takes each packet, in the encoder's time base; the packet stays the encoder's. */
struct shot_packet_sink {
	bool (*take)(struct shot_packet_sink *sink, AVPacket *packet, struct shot_error *err);
};

struct shot_encoder;

/* EINVAL with the nearest name for a codec or an option that does not exist, and for a value that
 * the encoder refuses; ENOTSUP without the libraries. By default the encoder has no delay: a
 * picture becomes a packet at once. Pictures are yuv420p where the encoder takes that, with an even
 * size where it needs one; else, without conversion, bgr0; else rgb24; else pal8. */
struct shot_encoder *shot_encoder_open(
	const struct shot_encoder_options *options, struct shot_error *err);

/* Make `view`, a bgrx picture of the encoder's size, the current one. `count` rectangles list the
 * changes since the last picture; -1: perhaps everywhere. `*changed` receives whether it differs,
 * as far as known; a first picture does. The encoder may keep a reference to the view. */
bool shot_encoder_update(struct shot_encoder *encoder, const struct shot_view *view,
	const struct shot_rect *rects, int count, bool *changed, struct shot_error *err);

/* Encode the current picture for the moment `time`, in units of shot_encoder_base, later than the
 * one before. A key picture can be decoded without earlier ones. */
bool shot_encoder_encode(struct shot_encoder *encoder, int64_t time, bool is_key,
	struct shot_packet_sink *sink, struct shot_error *err);

/* Encode the delayed pictures. Encode nothing after it. */
bool shot_encoder_flush(
	struct shot_encoder *encoder, struct shot_packet_sink *sink, struct shot_error *err);

/* The time base: the unit of all times. */
AVRational shot_encoder_base(const struct shot_encoder *encoder);

/* Whether a later picture can be a key picture. False for animations (GIF, APNG). */
bool shot_encoder_has_keys(const struct shot_encoder *encoder);

/* The parameters for a muxer. They belong to the encoder. */
const AVCodecContext *shot_encoder_context(const struct shot_encoder *encoder);

/* NULL is allowed. */
void shot_encoder_close(struct shot_encoder *encoder);

#endif
