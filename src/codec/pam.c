#include "codec/codecs.h"
#include "codec/netpbm.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LONGEST_LINE 200     /* of a header; comments may be longer */
#define LONGEST_HEADER 65536 /* comments included */

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	(void)options;
	bool is_gray = view->format == SHOT_FORMAT_GRAY;
	char header[160];
	snprintf(header, sizeof header,
		"P7\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL 255\nTUPLTYPE %s\nENDHDR\n", view->width,
		view->height, is_gray ? 1 : 3, is_gray ? "GRAYSCALE" : "RGB");
	return shot_netpbm_encode(
		view, is_gray ? SHOT_FORMAT_GRAY : SHOT_FORMAT_RGB, header, out, err);
}

static bool matches(const uint8_t *data, size_t size)
{
	return size >= 3 && memcmp(data, "P7\n", 3) == 0;
}

/* Reads the next line that is neither empty nor a comment, without the blanks around it; false at
 * the end of the data. Longer lines are cut. */
static bool read_line(const uint8_t *data, size_t size, size_t *at, char out[LONGEST_LINE])
{
	for (;;) {
		const uint8_t *end = *at < size ? memchr(data + *at, '\n', size - *at) : NULL;
		if (!end) {
			return false;
		}
		const uint8_t *begin = data + *at;
		*at = (size_t)(end - data) + 1;
		while (begin < end && isspace(*begin)) {
			begin++;
		}
		while (begin < end && isspace(end[-1])) {
			end--;
		}
		if (begin < end && *begin != '#') {
			snprintf(out, LONGEST_LINE, "%.*s",
				(int)(end - begin < LONGEST_LINE ? end - begin : LONGEST_LINE),
				(const char *)begin);
			return true;
		}
	}
}

/* Reads "WIDTH 640": stores the number if the line is this field's and the number has at most nine
 * digits. */
static void read_field(const char *line, const char *name, int64_t *out)
{
	size_t length = strlen(name);
	int value, end = 0;
	if (strncmp(line, name, length) == 0 && isspace((unsigned char)line[length]) &&
		sscanf(line + length, " %9d %n", &value, &end) == 1 && end > 0 &&
		line[length + (size_t)end] == 0) {
		*out = value;
	}
}

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	struct shot_netpbm header = {"pam", -1, -1, -1, -1};
	char line[LONGEST_LINE];
	size_t at = 3;
	bool is_whole = false;
	while (!is_whole && at < LONGEST_HEADER && read_line(data, size, &at, line)) {
		is_whole = strcmp(line, "ENDHDR") == 0;
		read_field(line, "WIDTH", &header.width);
		read_field(line, "HEIGHT", &header.height);
		read_field(line, "DEPTH", &header.depth);
		read_field(line, "MAXVAL", &header.most);
	}
	if (!is_whole || header.width < 0 || header.height < 0 || header.depth < 1 ||
		header.most < 1 || header.most > 65535) {
		return shot_fail(
			err, "EFORMAT", "damaged pam: no width, height, depth and maximum");
	}
	if (header.depth > 4) {
		return shot_fail(err, "EFORMAT", "a pam of %d samples a pixel is not a picture",
			(int)header.depth);
	}
	return shot_netpbm_decode(&header, data, size, at, max_pixels, out, err);
}

const struct shot_codec shot_codec_pam = {
	.name = "pam",
	.extensions = {"pam"},
	.encode = encode,
	.matches = matches,
	.decode = decode,
};
