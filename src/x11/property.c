#include "x11/property.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct shot_property shot_property_of(const xcb_get_property_reply_t *reply)
{
	if (!reply) {
		return (struct shot_property){0};
	}
	return (struct shot_property){
		.type = reply->type,
		.format = reply->format,
		.data = xcb_get_property_value(reply),
		.size = (size_t)xcb_get_property_value_length(reply),
	};
}

/* Bytes of the UTF-8 character at `text`; 0 when it is none (overlong, surrogate, cut short). */
static size_t utf8_length(const uint8_t *text, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = text[0];
	size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : 4;
	if (length == 1) {
		return 1;
	}
	if (length > left || (length == 4 && first >> 3 != 30)) {
		return 0;
	}
	uint32_t code = first & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (text[i] >> 6 != 2) {
			return 0;
		}
		code = code << 6 | (text[i] & 0x3f);
	}
	bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
	return code >= least[length] && code <= 0x10ffff && !is_surrogate ? length : 0;
}

/* Whether its first `limit` bytes are: a character may be cut where the reply ends. */
static bool is_utf8(const uint8_t *text, size_t length, size_t limit)
{
	for (size_t at = 0, step; at < length && at < limit; at += step) {
		step = utf8_length(text + at, length - at);
		if (step == 0) {
			return false;
		}
	}
	return true;
}

/* Where text goes; what does not fit as a whole is where it ends. */
struct line {
	char *out;
	size_t size, used;
};

static bool append(struct line *line, const void *bytes, size_t length)
{
	if (line->used + length >= line->size) {
		return false;
	}
	memcpy(line->out + line->used, bytes, length);
	line->used += length;
	return true;
}

/* One byte above ASCII of what is not UTF-8 as a whole. */
static bool append_latin1(struct line *line, uint8_t byte)
{
	bool is_control = byte < 0xa0;
	const uint8_t two[] = {(uint8_t)(0xc0 | byte >> 6), (uint8_t)(0x80 | (byte & 0x3f))};
	return append(line, is_control ? (const void *)" " : two, is_control ? 1 : 2);
}

/* One character of UTF-8. */
static bool append_utf8(struct line *line, const uint8_t *text, size_t length)
{
	bool is_control = text[0] < ' ' || text[0] == 0x7f || (text[0] == 0xc2 && text[1] < 0xa0);
	return append(line, is_control ? (const void *)" " : text, is_control ? 1 : length);
}

/* Compound text, in which Latin-1 is the usual, says so where a part of it is UTF-8, and where that
 * ends. Its other character sets are left as they are. */
static bool is_switch(const uint8_t *text, size_t left, bool *is_utf8)
{
	if (left < 3 || memcmp(text, "\x1b%", 2) != 0 || (text[2] != 'G' && text[2] != '@')) {
		return false;
	}
	*is_utf8 = text[2] == 'G';
	return true;
}

static bool read_text(const uint8_t *text, size_t length, bool must_be_utf8, char *out, size_t size)
{
	struct line line = {.out = out, .size = size};
	const uint8_t *nul = length > 0 ? memchr(text, '\0', length) : NULL;
	length = nul ? (size_t)(nul - text) : length;
	bool is_latin1 = !must_be_utf8 && !is_utf8(text, length, size);
	bool is_part = false, fits = true;
	for (size_t at = 0; fits && at < length;) {
		if (!must_be_utf8 && is_switch(text + at, length - at, &is_part)) {
			at += 3;
			continue;
		}
		bool is_plain = text[at] < 0x80 || !is_latin1 || is_part;
		size_t step = is_plain ? utf8_length(text + at, length - at) : 0;
		if (step > 0) {
			fits = append_utf8(&line, text + at, step);
		} else if (is_latin1) {
			fits = append_latin1(&line, text[at]);
		} else {
			fits = append(&line, REPLACEMENT, strlen(REPLACEMENT));
		}
		at += step > 0 ? step : 1;
	}
	out[line.used] = '\0';
	return line.used > 0;
}

bool shot_property_text(
	const struct shot_property *property, xcb_atom_t utf8, char *out, size_t size)
{
	out[0] = '\0';
	return property->type && property->format == 8 &&
	       read_text(property->data, property->size, property->type == utf8, out, size);
}

void shot_property_class(
	const struct shot_property *property, char *instance, char *class_name, size_t size)
{
	instance[0] = class_name[0] = '\0';
	if (!property->type || property->format != 8 || property->size == 0) {
		return;
	}
	const uint8_t *text = property->data;
	const uint8_t *nul = memchr(text, '\0', property->size);
	size_t first = nul ? (size_t)(nul - text) : property->size;
	read_text(text, first, false, instance, size);
	if (nul) {
		read_text(nul + 1, property->size - first - 1, false, class_name, size);
	}
}

static uint32_t element(const struct shot_property *property, size_t index)
{
	uint32_t value;
	memcpy(&value, (const char *)property->data + index * sizeof value, sizeof value);
	return value;
}

static size_t count_elements(const struct shot_property *property, xcb_atom_t type)
{
	bool fits = property->type == type && property->format == 32;
	return fits ? property->size / sizeof(uint32_t) : 0;
}

uint32_t shot_property_number(const struct shot_property *property, xcb_atom_t type)
{
	return count_elements(property, type) > 0 ? element(property, 0) : 0;
}

bool shot_property_numbers(
	const struct shot_property *property, xcb_atom_t type, uint32_t *out, size_t count)
{
	if (count_elements(property, type) < count) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		out[i] = element(property, i);
	}
	return true;
}

static bool holds(const xcb_window_t *windows, size_t count, xcb_window_t window)
{
	for (size_t i = 0; i < count; i++) {
		if (windows[i] == window) {
			return true;
		}
	}
	return false;
}

size_t shot_property_windows(const struct shot_property *property, xcb_window_t *out, size_t limit)
{
	size_t listed = count_elements(property, XCB_ATOM_WINDOW), count = 0;
	for (size_t i = 0; i < listed && count < limit; i++) {
		xcb_window_t window = element(property, i);
		if (window && !holds(out, count, window)) {
			out[count++] = window;
		}
	}
	return count;
}
