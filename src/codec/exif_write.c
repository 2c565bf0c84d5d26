#include "codec/exif.h"
#include "codec/exif_tag.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ENTRIES 8	 /* of a directory */
#define SOURCE_LIMIT 200 /* the most bytes of a source's name */

struct entry {
	enum shot_exif_tag tag;
	enum shot_exif_type type;
	uint32_t count;
	uint8_t value[SOURCE_LIMIT + SHOT_GEOMETRY_SIZE];
	size_t size;
};

/* A directory in the making; tags must be added in rising order. */
struct directory {
	struct entry entries[ENTRIES];
	size_t count;
};

static struct entry *add(
	struct directory *directory, enum shot_exif_tag tag, enum shot_exif_type type)
{
	struct entry *entry = &directory->entries[directory->count++];
	*entry = (struct entry){.tag = tag, .type = type, .count = 1};
	return entry;
}

static void add_text(struct directory *directory, enum shot_exif_tag tag, const char *text)
{
	struct entry *entry = add(directory, tag, SHOT_EXIF_ASCII);
	entry->size = strlen(text) + 1;
	entry->count = (uint32_t)entry->size;
	memcpy(entry->value, text, entry->size);
}

static void put16(uint8_t *out, uint32_t value)
{
	uint16_t little = htole16((uint16_t)value);
	memcpy(out, &little, sizeof little);
}

static void put32(uint8_t *out, uint32_t value)
{
	value = htole32(value);
	memcpy(out, &value, sizeof value);
}

static void add_number(struct directory *directory, enum shot_exif_tag tag,
	enum shot_exif_type type, uint32_t value)
{
	struct entry *entry = add(directory, tag, type);
	entry->size = type == SHOT_EXIF_SHORT ? 2 : 4;
	(type == SHOT_EXIF_SHORT ? put16 : put32)(entry->value, value);
}

/* Dots per centimeter, in hundredths. */
static void add_density(struct directory *directory, enum shot_exif_tag tag, double dots_per_mm)
{
	struct entry *entry = add(directory, tag, SHOT_EXIF_RATIONAL);
	entry->size = 8;
	put32(entry->value, (uint32_t)lround(fmin(dots_per_mm, 1e4) * 1000));
	put32(entry->value + 4, 100);
}

/* Returns the offset of the directory. */
static uint32_t put_directory(struct shot_exif *out, const struct directory *directory)
{
	size_t at = out->size, more = at + 2 + SHOT_EXIF_ENTRY * directory->count + 4;
	uint32_t begin = (uint32_t)at;
	put16(out->data + at, (uint32_t)directory->count);
	at += 2;
	for (size_t i = 0; i < directory->count; i++, at += SHOT_EXIF_ENTRY) {
		const struct entry *entry = &directory->entries[i];
		put16(out->data + at, entry->tag);
		put16(out->data + at + 2, entry->type);
		put32(out->data + at + 4, entry->count);
		if (entry->size <= 4) {
			memcpy(out->data + at + 8, entry->value, entry->size);
			continue;
		}
		put32(out->data + at + 8, (uint32_t)more);
		memcpy(out->data + more, entry->value, entry->size);
		more += (entry->size + 1) & ~(size_t)1;
	}
	out->size = more;
	return begin;
}

/* "2024-05-01T12:34:56.789Z" as Exif writes it: "2024:05:01 12:34:56", "789" and "+00:00". */
static void add_time(struct directory *directory, const char *time)
{
	char date[20], fraction[4];
	snprintf(date, sizeof date, "%.19s", time);
	date[4] = date[7] = ':';
	date[10] = ' ';
	snprintf(fraction, sizeof fraction, "%.3s", time + 20);
	add_text(directory, SHOT_EXIF_TIME, date);
	add_text(directory, SHOT_EXIF_ZONE, "+00:00");
	add_text(directory, SHOT_EXIF_FRACTION, fraction);
}

static void add_description(struct directory *directory, const struct shot_origin *origin)
{
	char text[SOURCE_LIMIT + SHOT_GEOMETRY_SIZE], geometry[SHOT_GEOMETRY_SIZE];
	if (shot_origin_geometry(origin, geometry)) {
		const char *source = origin->source ? origin->source : "";
		snprintf(text, sizeof text, "%.*s%s%s", SOURCE_LIMIT - 2, source,
			*source ? ", " : "", geometry);
		add_text(directory, SHOT_EXIF_IMAGE_DESCRIPTION, text);
	}
}

void shot_exif_make(const struct shot_origin *origin, struct shot_exif *out)
{
	struct directory main = {.count = 0}, more = {.count = 0};
	char time[SHOT_TIME_SIZE];
	memset(out, 0, sizeof *out);
	out->size = SHOT_EXIF_HEADER;
	struct entry *version = add(&more, SHOT_EXIF_VERSION, SHOT_EXIF_UNDEFINED);
	memcpy(version->value, "0232", 4);
	version->count = (uint32_t)(version->size = 4);
	if (shot_origin_time(origin, time) && time[19] == '.') {
		add_time(&more, time);
	}
	add_description(&main, origin);
	if (origin->dots_per_mm_x > 0 && origin->dots_per_mm_y > 0) {
		add_density(&main, SHOT_EXIF_X_RESOLUTION, origin->dots_per_mm_x);
		add_density(&main, SHOT_EXIF_Y_RESOLUTION, origin->dots_per_mm_y);
		add_number(
			&main, SHOT_EXIF_RESOLUTION_UNIT, SHOT_EXIF_SHORT, SHOT_EXIF_CENTIMETERS);
	}
	add_text(&main, SHOT_EXIF_SOFTWARE, "luashot " LUASHOT_VERSION);
	add_number(&main, SHOT_EXIF_DIRECTORY, SHOT_EXIF_LONG, put_directory(out, &more));
	memcpy(out->data, "II*\0", 4);
	put32(out->data + 4, put_directory(out, &main));
}
