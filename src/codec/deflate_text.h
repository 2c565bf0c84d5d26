/* DEFLATE by zlib's fast method with a longer search. It takes several times as long as
 * deflate.h's, and makes pictures of text smaller by a twelfth. The library is loaded on first use.
 * */
#ifndef SHOT_CODEC_DEFLATE_TEXT_H
#define SHOT_CODEC_DEFLATE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct shot_text_deflater; /* one a thread */

/* NULL when zlib is not installed or memory is short. */
struct shot_text_deflater *shot_text_deflater_create(void);

/* NULL is allowed. */
void shot_text_deflater_destroy(struct shot_text_deflater *deflater);

/* Compress one piece, less than 4 GiB, to `out`, which holds `room` bytes, as shot_deflate() does.
 * Returns the bytes written, or 0 when they do not fit. */
size_t shot_deflate_text(struct shot_text_deflater *deflater, const uint8_t *data, size_t size,
	uint8_t *out, size_t room);

#endif
