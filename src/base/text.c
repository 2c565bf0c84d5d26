#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* The bytes of the UTF-8 character at `text`; 0 when it is invalid (overlong, surrogate, cut
 * short). */
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

/* Whether the first `limit` bytes are UTF-8. The end of the reply may cut a character. */
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

/* The line being written; it ends before the first character that does not fit. */
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

/* Appends one byte above ASCII of a text that is not UTF-8. */
static bool append_latin1(struct line *line, uint8_t byte)
{
	bool is_control = byte < 0xa0;
	const uint8_t two[] = {(uint8_t)(0xc0 | byte >> 6), (uint8_t)(0x80 | (byte & 0x3f))};
	return append(line, is_control ? (const void *)" " : two, is_control ? 1 : 2);
}

/* Whether a character changes the direction of writing, which can make a name look like another:
 * marks (U+061C, U+200E, U+200F), embeddings and overrides (U+202A to U+202E), isolates (U+2066 to
 * U+2069). */
static bool is_directional(const uint8_t *text, size_t length)
{
	if (length == 2) {
		return text[0] == 0xd8 && text[1] == 0x9c;
	}
	uint8_t last = length == 3 && text[0] == 0xe2 ? text[2] : 0;
	return (last && text[1] == 0x80 &&
		       (last == 0x8e || last == 0x8f || (last >= 0xaa && last <= 0xae))) ||
	       (last && text[1] == 0x81 && last >= 0xa6 && last <= 0xa9);
}

/* U+2028 and U+2029. */
static bool is_line_end(const uint8_t *text, size_t length)
{
	return length == 3 && text[0] == 0xe2 && text[1] == 0x80 &&
	       (text[2] == 0xa8 || text[2] == 0xa9);
}

/* Appends one character of UTF-8. */
static bool append_utf8(struct line *line, const uint8_t *text, size_t length)
{
	if (is_directional(text, length)) {
		return true;
	}
	bool is_control = is_line_end(text, length) || text[0] < ' ' || text[0] == 0x7f ||
			  (text[0] == 0xc2 && text[1] < 0xa0);
	return append(line, is_control ? (const void *)" " : text, is_control ? 1 : length);
}

/* Compound text, usually Latin-1, marks the beginning and end of a part in UTF-8. Other character
 * sets are not converted. */
static bool is_switch(const uint8_t *text, size_t left, bool *is_utf8)
{
	if (left < 3 || memcmp(text, "\x1b%", 2) != 0 || (text[2] != 'G' && text[2] != '@')) {
		return false;
	}
	*is_utf8 = text[2] == 'G';
	return true;
}

bool shot_text_read(const void *bytes, size_t length, bool must_be_utf8, char *out, size_t size)
{
	const uint8_t *text = bytes;
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
