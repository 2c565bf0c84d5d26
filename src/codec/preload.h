/* The libraries of this room, loaded ahead. */
#ifndef SHOT_CODEC_PRELOAD_H
#define SHOT_CODEC_PRELOAD_H

/* Load all of them now, because later none can be loaded. One that is not installed is missed when
 * it is needed. */
void shot_image_preload(void);

#endif
