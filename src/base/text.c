#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Returns the bytes of the UTF-8 character at `text`, and `*found` receives its code; 0 when it is
 * invalid (overlong, surrogate, cut short). */
static size_t decode(const uint8_t *text, size_t left, uint32_t *found)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = text[0];
	size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : 4;
	*found = first;
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
	*found = code;
	bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
	return code >= least[length] && code <= 0x10ffff && !is_surrogate ? length : 0;
}

/* Whether the first `limit` bytes are UTF-8. The end of the reply may cut a character. */
static bool is_utf8(const uint8_t *text, size_t length, size_t limit)
{
	uint32_t code;
	for (size_t at = 0, step; at < length && at < limit; at += step) {
		step = decode(text + at, length - at, &code);
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
	uint32_t last; /* the code of its last character of UTF-8 */
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

/* Whether a character has no shape of its own, so that a name can look like another or carry a text
 * that nobody sees: marks, embeddings, overrides and isolates of the direction of writing,
 * zero-width and tag characters. These are the ones with Unicode's property
 * Default_Ignorable_Code_Point, interlinear annotations, and codes that are no characters. See
 * is_needed for the joiners, and the selectors that choose an emoji or its outline. */
static bool is_unseen(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {{0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c}, {0x115f, 0x1160},
		{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200b}, {0x200e, 0x200f},
		{0x202a, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfe00, 0xfe0d},
		{0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
		{0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (code >= ranges[i].first && code <= ranges[i].last) {
			return true;
		}
	}
	return (code & 0xfffe) == 0xfffe;
}

static bool is_joiner(uint32_t code)
{
	return code == 0x200c || code == 0x200d;
}

static bool is_selector(uint32_t code)
{
	return code == 0xfe0e || code == 0xfe0f;
}

/* Whether a joiner or a selector changes the look of the character before it. Some scripts and
 * emoji need one, and a few emoji both; more of them, or some after ASCII, could only hide a text.
 */
static bool is_needed(uint32_t code, uint32_t before)
{
	if (!is_joiner(code) && !is_selector(code)) {
		return true;
	}
	return before > 0x7f && !is_joiner(before) && !(is_selector(before) && is_selector(code));
}

/* Appends one byte above ASCII of a text that is not UTF-8. */
static bool append_latin1(struct line *line, uint8_t byte)
{
	if (is_unseen(byte)) {
		return true;
	}
	bool is_control = byte < 0xa0;
	const uint8_t two[] = {(uint8_t)(0xc0 | byte >> 6), (uint8_t)(0x80 | (byte & 0x3f))};
	return append(line, is_control ? (const void *)" " : two, is_control ? 1 : 2);
}

/* Appends one character of UTF-8. */
static bool append_utf8(struct line *line, const uint8_t *text, size_t length, uint32_t code)
{
	if (is_unseen(code) || !is_needed(code, line->last)) {
		return true;
	}
	line->last = code;
	bool is_line_end = code == 0x2028 || code == 0x2029;
	bool is_control = is_line_end || code < ' ' || (code >= 0x7f && code < 0xa0);
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
		uint32_t code;
		size_t step = is_plain ? decode(text + at, length - at, &code) : 0;
		if (step > 0) {
			fits = append_utf8(&line, text + at, step, code);
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
