/* The settings of an encoder: the defaults and the user's. */
#ifndef SHOT_VIDEO_SETTINGS_H
#define SHOT_VIDEO_SETTINGS_H

#include "video/encoder.h"

/* The encoder of the options. EINVAL names the nearest one. */
const AVCodec *shot_settings_codec(
	const struct shot_encoder_options *options, struct shot_error *err);

/* Set the options of a context that is not open yet. EINVAL names the nearest option, or the reason
 * against the value. */
bool shot_settings_apply(AVCodecContext *context, const struct shot_encoder_options *options,
	struct shot_error *err);

#endif
