#include "image/origin.h"
#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_MS 1000000
#define FIRST_YEAR 1970 /* of those whose nanoseconds can be counted */
#define LAST_YEAR 2200
#define LONGEST 100 /* bytes of a time or a geometry */

bool shot_origin_time(const struct shot_origin *origin, char out[SHOT_TIME_SIZE])
{
	time_t seconds = origin->wall_ns / SHOT_NS_PER_S;
	struct tm utc;
	if (origin->wall_ns <= 0 || !gmtime_r(&seconds, &utc)) {
		return false;
	}
	size_t length = strftime(out, SHOT_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(out + length, SHOT_TIME_SIZE - length, ".%03dZ",
		(int)(origin->wall_ns % SHOT_NS_PER_S / NS_PER_MS));
	return true;
}

bool shot_origin_geometry(const struct shot_origin *origin, char out[SHOT_GEOMETRY_SIZE])
{
	if (shot_rect_is_empty(origin->rect)) {
		return false;
	}
	snprintf(out, SHOT_GEOMETRY_SIZE, "%dx%d+%d+%d", origin->rect.width, origin->rect.height,
		origin->rect.x, origin->rect.y);
	return true;
}

static bool copy_text(const char *text, size_t size, char out[LONGEST])
{
	if (size >= LONGEST || memchr(text, 0, size)) {
		return false;
	}
	memcpy(out, text, size);
	out[size] = 0;
	return true;
}

/* ".789" as nanoseconds, of which milliseconds are kept; moves past it. */
static int64_t read_fraction(const char **at)
{
	int64_t ns = 0, unit = SHOT_NS_PER_S / 10;
	if (**at != '.') {
		return 0;
	}
	for ((*at)++; isdigit((unsigned char)**at); (*at)++, unit /= 10) {
		ns += (**at - '0') * unit;
	}
	return ns / NS_PER_MS * NS_PER_MS;
}

/* "Z" or "+02:00" at the end; false for anything else. */
static bool read_zone(const char *at, int64_t *seconds)
{
	*seconds = 0;
	if (strcmp(at, "Z") == 0) {
		return true;
	}
	int hours, minutes, end = 0;
	if ((*at != '+' && *at != '-') || strlen(at) != 6 ||
		sscanf(at + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || end != 5 || hours < 0 ||
		minutes < 0) {
		return false;
	}
	*seconds = (*at == '-' ? -60 : 60) * (hours * 60 + minutes);
	return true;
}

void shot_origin_read_time(struct shot_kept_origin *kept, const char *text, size_t size)
{
	char copy[LONGEST];
	struct tm utc = {0};
	if (!copy_text(text, size, copy)) {
		return;
	}
	const char *at = strptime(copy, "%Y-%m-%dT%H:%M:%S", &utc);
	if (!at || utc.tm_year < FIRST_YEAR - 1900 || utc.tm_year > LAST_YEAR - 1900) {
		return;
	}
	int64_t fraction = read_fraction(&at), zone;
	if (read_zone(at, &zone)) {
		int64_t ns = ((int64_t)timegm(&utc) - zone) * SHOT_NS_PER_S + fraction;
		kept->wall_ns = ns > 0 ? ns : 0;
	}
}

void shot_origin_read_geometry(struct shot_kept_origin *kept, const char *text, size_t size)
{
	char copy[LONGEST];
	struct shot_rect rect;
	if (copy_text(text, size, copy) && shot_rect_parse(copy, &rect)) {
		kept->x = rect.x;
		kept->y = rect.y;
	}
}

void shot_origin_read_source(struct shot_kept_origin *kept, const char *text, size_t size)
{
	size_t length = 0;
	while (length < size && length < SHOT_KEPT_SOURCE - 1 &&
		!iscntrl((unsigned char)text[length])) {
		length++;
	}
	memcpy(kept->source, text, length);
	kept->source[length] = 0;
}

void shot_origin_read_density(struct shot_kept_origin *kept, double x, double y)
{
	if (x >= 1 && x <= 1e6 && y >= 1 && y <= 1e6) {
		kept->dots_per_mm_x = x / 1000;
		kept->dots_per_mm_y = y / 1000;
	}
}
