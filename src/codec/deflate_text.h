/* DEFLATE that takes several times as long as deflate.h's and finds more repetitions, by a twelfth
 * in pictures of text: zlib's quick way, looking further back. Loaded when it is first needed. */
#ifndef SHOT_CODEC_DEFLATE_TEXT_H
#define SHOT_CODEC_DEFLATE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct shot_text_deflater; /* one a thread */

/* NULL where zlib is not installed, or for want of memory. */
struct shot_text_deflater *shot_text_deflater_create(void);

/* NULL is allowed. */
void shot_text_deflater_destroy(struct shot_text_deflater *deflater);

/* Compress one piece, less than 4 GiB, to `out`, at most `room` bytes: as shot_deflate() does.
 * Returns the bytes written, or 0 when there are more. */
size_t shot_deflate_text(struct shot_text_deflater *deflater, const uint8_t *data, size_t size,
	uint8_t *out, size_t room);

#endif
