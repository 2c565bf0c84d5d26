/* Loads the codecs' libraries ahead of use. */
#ifndef SHOT_CODEC_PRELOAD_H
#define SHOT_CODEC_PRELOAD_H

/* Load all of them now, because none can be loaded later. A library that is not installed causes an
 * error only when it is needed. */
void shot_image_preload(void);

#endif
