#include "codec/png_origin.h"

#include <endian.h>
#include <string.h>

#define SIGNATURE 8
#define FRAMING 12 /* bytes of a chunk that are not its data */
#define METERS 1   /* pHYs's unit */

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof value);
	return be32toh(value);
}

static bool is_keyword(const uint8_t *data, size_t size, const char *keyword)
{
	size_t length = strlen(keyword) + 1;
	return size >= length && memcmp(data, keyword, length) == 0;
}

/* Reads the text of a tEXt, or of an uncompressed iTXt; its keyword comes first. */
static void read_text(
	struct shot_kept_origin *kept, const uint8_t *data, size_t size, bool is_international)
{
	const uint8_t *keyword = data, *end = data + size;
	const uint8_t *at = memchr(data, 0, size);
	if (!at) {
		return;
	}
	at++;
	if (is_international) {
		/* Compressed or not, the method, the language and the translated keyword. */
		if (end - at < 2 || at[0] != 0) {
			return;
		}
		at += 2;
		for (int i = 0; i < 2; i++) {
			at = at < end ? memchr(at, 0, (size_t)(end - at)) : NULL;
			if (!at) {
				return;
			}
			at++;
		}
	}
	const char *text = (const char *)at;
	size_t length = (size_t)(end - at);
	if (is_keyword(keyword, size, "Creation Time")) {
		shot_origin_read_time(kept, text, length);
	} else if (is_keyword(keyword, size, "Geometry")) {
		shot_origin_read_geometry(kept, text, length);
	} else if (is_keyword(keyword, size, "Source")) {
		shot_origin_read_source(kept, text, length);
	}
}

static void read_chunk(
	struct shot_kept_origin *kept, const uint8_t *type, const uint8_t *data, size_t size)
{
	if (memcmp(type, "pHYs", 4) == 0 && size == 9 && data[8] == METERS) {
		shot_origin_read_density(kept, get32(data), get32(data + 4));
	} else if (memcmp(type, "tEXt", 4) == 0) {
		read_text(kept, data, size, false);
	} else if (memcmp(type, "iTXt", 4) == 0) {
		read_text(kept, data, size, true);
	}
}

void shot_png_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept)
{
	size_t at = SIGNATURE;
	while (size >= FRAMING && at <= size - FRAMING) {
		size_t length = get32(data + at);
		if (length > size - FRAMING - at) {
			return;
		}
		read_chunk(kept, data + at + 4, data + at + 8, length);
		at += FRAMING + length;
	}
}
