#include "codec/exif.h"
#include "codec/exif_tag.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#define MOST_ENTRIES 500 /* entries of a directory; 20 are usual */

struct reader {
	const uint8_t *data;
	size_t size;
	bool is_big; /* byte order */
	struct shot_kept_origin *kept;
	const char *texts[3]; /* time, fraction and zone, and their sizes */
	size_t sizes[3];
	double density[2];
	uint32_t unit;
};

static uint32_t get16(const struct reader *reader, size_t at)
{
	uint16_t value;
	memcpy(&value, reader->data + at, sizeof value);
	return reader->is_big ? be16toh(value) : le16toh(value);
}

static uint32_t get32(const struct reader *reader, size_t at)
{
	uint32_t value;
	memcpy(&value, reader->data + at, sizeof value);
	return reader->is_big ? be32toh(value) : le32toh(value);
}

/* The offset of the value of the entry at `at`, if it has that type and at least `size` bytes, else
 * 0. */
static size_t find_value(
	const struct reader *reader, size_t at, enum shot_exif_type type, size_t size)
{
	if (get16(reader, at + 2) != type) {
		return 0;
	}
	size_t place = size <= 4 ? at + 8 : get32(reader, at + 8);
	return place <= reader->size && size <= reader->size - place ? place : 0;
}

static void read_text(struct reader *reader, size_t at, int which)
{
	size_t size = get32(reader, at + 4), place = find_value(reader, at, SHOT_EXIF_ASCII, size);
	if (place) {
		reader->texts[which] = (const char *)reader->data + place;
		reader->sizes[which] = strnlen(reader->texts[which], size);
	}
}

static void read_density(struct reader *reader, size_t at, int which)
{
	size_t place = find_value(reader, at, SHOT_EXIF_RATIONAL, 8);
	uint32_t below = place ? get32(reader, place + 4) : 0;
	reader->density[which] = below ? (double)get32(reader, place) / below : 0;
}

/* "HDMI-1, 640x480+10+20", or the geometry alone. */
static void read_description(struct reader *reader, size_t at)
{
	size_t size = get32(reader, at + 4), place = find_value(reader, at, SHOT_EXIF_ASCII, size);
	if (!place) {
		return;
	}
	const char *text = (const char *)reader->data + place;
	size_t end = strnlen(text, size), begin = end;
	while (begin > 0 && text[begin - 1] != ' ') {
		begin--;
	}
	char geometry[SHOT_GEOMETRY_SIZE];
	struct shot_rect rect;
	snprintf(geometry, sizeof geometry, "%.*s", (int)(end - begin < 63 ? end - begin : 63),
		text + begin);
	if (!shot_rect_parse(geometry, &rect)) {
		return;
	}
	shot_origin_read_geometry(reader->kept, geometry, strlen(geometry));
	if (begin >= 2 && text[begin - 2] == ',') {
		shot_origin_read_source(reader->kept, text, begin - 2);
	}
}

static void read_directory(struct reader *reader, size_t at, bool is_main);

static void read_entry(struct reader *reader, size_t at, bool is_main)
{
	switch (get16(reader, at)) {
	case SHOT_EXIF_IMAGE_DESCRIPTION:
		read_description(reader, at);
		break;
	case SHOT_EXIF_X_RESOLUTION:
		read_density(reader, at, 0);
		break;
	case SHOT_EXIF_Y_RESOLUTION:
		read_density(reader, at, 1);
		break;
	case SHOT_EXIF_RESOLUTION_UNIT:
		reader->unit = get16(reader, at + 8);
		break;
	case SHOT_EXIF_TIME:
		read_text(reader, at, 0);
		break;
	case SHOT_EXIF_FRACTION:
		read_text(reader, at, 1);
		break;
	case SHOT_EXIF_ZONE:
		read_text(reader, at, 2);
		break;
	case SHOT_EXIF_DIRECTORY:
		if (is_main) {
			read_directory(reader, get32(reader, at + 8), false);
		}
		break;
	}
}

static void read_directory(struct reader *reader, size_t at, bool is_main)
{
	if (at > reader->size || reader->size - at < 2) {
		return;
	}
	uint32_t count = get16(reader, at);
	at += 2;
	for (uint32_t i = 0; i < count && i < MOST_ENTRIES; i++, at += SHOT_EXIF_ENTRY) {
		if (reader->size - at < SHOT_EXIF_ENTRY) {
			return;
		}
		read_entry(reader, at, is_main);
	}
}

/* Joins the three texts to one time of RFC 3339. */
static void read_time(const struct reader *reader)
{
	char text[64], date[20];
	if (reader->sizes[0] != 19 || !reader->sizes[2]) {
		return;
	}
	memcpy(date, reader->texts[0], 19);
	date[19] = 0;
	date[4] = date[7] = '-';
	date[10] = 'T';
	snprintf(text, sizeof text, "%s%s%.*s%.*s", date, reader->sizes[1] ? "." : "",
		(int)(reader->sizes[1] < 9 ? reader->sizes[1] : 9),
		reader->sizes[1] ? reader->texts[1] : "",
		(int)(reader->sizes[2] < 9 ? reader->sizes[2] : 9), reader->texts[2]);
	shot_origin_read_time(reader->kept, text, strlen(text));
}

void shot_exif_read(const uint8_t *data, size_t size, struct shot_kept_origin *kept)
{
	struct reader reader = {.data = data, .size = size, .kept = kept, .unit = SHOT_EXIF_INCHES};
	if (size < SHOT_EXIF_HEADER ||
		(memcmp(data, "II*\0", 4) != 0 && memcmp(data, "MM\0*", 4) != 0)) {
		return;
	}
	reader.is_big = data[0] == 'M';
	read_directory(&reader, get32(&reader, 4), true);
	read_time(&reader);
	double per_meter = reader.unit == SHOT_EXIF_CENTIMETERS ? 100
			   : reader.unit == SHOT_EXIF_INCHES	? 1 / 0.0254
								: 0;
	shot_origin_read_density(
		kept, reader.density[0] * per_meter, reader.density[1] * per_meter);
}
