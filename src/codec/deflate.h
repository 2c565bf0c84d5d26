/* DEFLATE at memory speed (ISA-L, level 1), in independent pieces, so that several threads can
 * compress one picture. Where ISA-L is not (32 bits, bytes in the other order), zlib does it. */
#ifndef SHOT_CODEC_DEFLATE_H
#define SHOT_CODEC_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct shot_deflater; /* one a thread */

/* NULL with ENOMEM. */
struct shot_deflater *shot_deflater_create(struct shot_error *err);

/* NULL is allowed. */
void shot_deflater_destroy(struct shot_deflater *deflater);

/* The largest compressed size of a piece of `size` bytes. */
size_t shot_deflate_bound(size_t size);

/* Compress one piece, at most 4 GiB less 64 KiB, to `out`, which holds shot_deflate_bound(size).
 * Returns the bytes written: whole blocks of raw DEFLATE, ending on a byte, none of them the final
 * one. */
size_t shot_deflate(struct shot_deflater *deflater, const uint8_t *data, size_t size, uint8_t *out);

/* The Adler-32 of two consecutive pieces, from the sum of each and the size of the second. */
uint32_t shot_adler32_join(uint32_t first, uint32_t second, size_t second_size);

#endif
