#include "codec/png_chunk.h"
#include "base/clock.h"

#include <endian.h>
#include <libdeflate.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define HEAD 8		/* length and type */
#define EXTRA 12	/* bytes of a chunk beside its data: the head and the checksum */
#define TEXT_LIMIT 1000 /* the most bytes of a source's name */

static void put32(uint8_t *out, uint32_t value)
{
	value = htobe32(value);
	memcpy(out, &value, sizeof value);
}

bool shot_png_chunk(struct shot_blob *blob, const char type[4], const void *data, size_t size,
	struct shot_error *err)
{
	if (!shot_blob_reserve(blob, size + EXTRA, err)) {
		return false;
	}
	uint8_t *head = blob->data + blob->size;
	put32(head, (uint32_t)size);
	memcpy(head + 4, type, 4);
	memcpy(head + HEAD, data, size);
	put32(head + HEAD + size, libdeflate_crc32(0, head + 4, size + 4));
	blob->size += size + EXTRA;
	return true;
}

/* Tells whether `text` is UTF-8 and more than ASCII. A source's name comes from an X server, so it
 * can be any bytes. Bytes that are not UTF-8 are taken for Latin-1, the old encoding of X strings.
 */
static bool is_utf8(const char *text)
{
	bool ascii = true;
	const uint8_t *at = (const uint8_t *)text;
	while (*at) {
		int tail = *at < 0x80 ? 0 : *at < 0xc2 ? -1 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : 3;
		if (tail < 0 || *at > 0xf4 || (*at == 0xe0 && at[1] < 0xa0) ||
			(*at == 0xed && at[1] > 0x9f) || (*at == 0xf0 && at[1] < 0x90) ||
			(*at == 0xf4 && at[1] > 0x8f)) {
			return false;
		}
		ascii = ascii && tail == 0;
		for (at++; tail > 0; tail--, at++) {
			if ((*at & 0xc0) != 0x80) {
				return false;
			}
		}
	}
	return !ascii;
}

/* iTXt holds UTF-8: after the keyword two bytes "not compressed", then an empty language and an
 * empty translated keyword. tEXt, which more programs read, holds Latin-1. */
static bool write_text(
	struct shot_blob *blob, const char *keyword, const char *text, struct shot_error *err)
{
	char data[TEXT_LIMIT + 100];
	bool utf8 = is_utf8(text);
	size_t key = strlen(keyword) + 1, gap = utf8 ? 4 : 0, length = strnlen(text, TEXT_LIMIT);
	while (utf8 && length == TEXT_LIMIT && ((uint8_t)text[length] & 0xc0) == 0x80) {
		length--; /* do not cut a character */
	}
	memcpy(data, keyword, key);
	memset(data + key, 0, gap);
	memcpy(data + key + gap, text, length);
	return shot_png_chunk(blob, utf8 ? "iTXt" : "tEXt", data, key + gap + length, err);
}

static bool write_density(struct shot_blob *blob, double x, double y, struct shot_error *err)
{
	x = round(x * 1000);
	y = round(y * 1000);
	if (!(x >= 1 && x <= INT32_MAX && y >= 1 && y <= INT32_MAX)) {
		return true;
	}
	uint8_t data[9];
	put32(data, (uint32_t)x);
	put32(data + 4, (uint32_t)y);
	data[8] = 1; /* pixels per meter */
	return shot_png_chunk(blob, "pHYs", data, sizeof data, err);
}

static bool write_time(
	struct shot_blob *blob, const struct shot_origin *origin, struct shot_error *err)
{
	char text[SHOT_TIME_SIZE];
	time_t seconds = origin->wall_ns / SHOT_NS_PER_S;
	struct tm utc;
	if (!shot_origin_time(origin, text) || !gmtime_r(&seconds, &utc)) {
		return true;
	}
	int year = utc.tm_year + 1900;
	uint8_t data[] = {(uint8_t)(year >> 8), (uint8_t)year, (uint8_t)(utc.tm_mon + 1),
		(uint8_t)utc.tm_mday, (uint8_t)utc.tm_hour, (uint8_t)utc.tm_min,
		(uint8_t)utc.tm_sec};
	return shot_png_chunk(blob, "tIME", data, sizeof data, err) &&
	       write_text(blob, "Creation Time", text, err);
}

bool shot_png_write_origin(
	struct shot_blob *blob, const struct shot_origin *origin, struct shot_error *err)
{
	if (!write_density(blob, origin->dots_per_mm_x, origin->dots_per_mm_y, err) ||
		!write_time(blob, origin, err)) {
		return false;
	}
	if (origin->source && *origin->source && !write_text(blob, "Source", origin->source, err)) {
		return false;
	}
	char geometry[SHOT_GEOMETRY_SIZE];
	if (shot_origin_geometry(origin, geometry) &&
		!write_text(blob, "Geometry", geometry, err)) {
		return false;
	}
	return write_text(blob, "Software", "luashot " LUASHOT_VERSION, err);
}
