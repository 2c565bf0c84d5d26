/* The codecs themselves, one file each; for the table in encode.c alone. */
#ifndef SHOT_CODEC_CODECS_H
#define SHOT_CODEC_CODECS_H

#include "codec/encode.h"

extern const struct shot_codec shot_codec_png; /* 8-bit RGB, or gray for a gray view; lossless */
extern const struct shot_codec shot_codec_ppm; /* binary P6, RGB; nothing but the pixels */
extern const struct shot_codec shot_codec_pam; /* P7, RGB, or gray for a gray view; likewise */

/* Of these, a build has those that it was configured with. */
extern const struct shot_codec shot_codec_jpeg; /* libjpeg-turbo; from quality 90 on without less
						   resolution for color (4:4:4, else 4:2:0) */
extern const struct shot_codec shot_codec_webp; /* libwebp, lossy or lossless */
extern const struct shot_codec shot_codec_qoi;	/* RGB; lossless */

#endif
