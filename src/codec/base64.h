/* Bytes as text of 64 letters (RFC 4648, with padding), and back. */
#ifndef SHOT_CODEC_BASE64_H
#define SHOT_CODEC_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the text of `size` bytes, and the most bytes of a text. */
size_t shot_base64_length(size_t size);
size_t shot_base64_room(size_t length);

/* Write the text, without a zero at its end. */
void shot_base64_encode(const uint8_t *bytes, size_t size, char *text);

/* Write the bytes and set `*size`; skips spaces and newlines. False when the text is not base64. */
bool shot_base64_decode(const char *text, size_t length, uint8_t *bytes, size_t *size);

#endif
