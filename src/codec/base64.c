#include "codec/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t shot_base64_length(size_t size)
{
	return (size + 2) / 3 * 4;
}

size_t shot_base64_room(size_t length)
{
	return length / 4 * 3 + 3;
}

void shot_base64_encode(const uint8_t *bytes, size_t size, char *text)
{
	for (size_t i = 0; i < size; i += 3, text += 4) {
		size_t left = size - i;
		uint32_t bits = (uint32_t)bytes[i] << 16;
		bits |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
		bits |= left > 2 ? bytes[i + 2] : 0;
		text[0] = letters[bits >> 18];
		text[1] = letters[bits >> 12 & 63];
		text[2] = left > 1 ? letters[bits >> 6 & 63] : '=';
		text[3] = left > 2 ? letters[bits & 63] : '=';
	}
}

/* Returns the value of a letter; negative for any other character. */
static int value_of(char letter)
{
	const char *at = letter ? strchr(letters, letter) : NULL;
	return at ? (int)(at - letters) : -1;
}

bool shot_base64_decode(const char *text, size_t length, uint8_t *bytes, size_t *size)
{
	uint32_t bits = 0;
	unsigned count = 0, padding = 0;
	*size = 0;
	for (size_t i = 0; i < length; i++) {
		char letter = text[i];
		if (letter == '\n' || letter == '\r' || letter == ' ') {
			continue;
		}
		int value = letter == '=' ? 0 : value_of(letter);
		padding += letter == '=';
		if (value < 0 || (padding > 0 && letter != '=') || padding > 2) {
			return false;
		}
		bits = bits << 6 | (uint32_t)value;
		if (++count % 4 == 0) {
			for (unsigned k = 0; k < 3 - padding; k++) {
				bytes[(*size)++] = (uint8_t)(bits >> (16 - 8 * k));
			}
		}
	}
	return count % 4 == 0;
}
