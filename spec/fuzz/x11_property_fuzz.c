/* Properties of windows: whatever bytes they hold, of whatever type, what is read is one line of
 * valid UTF-8 that fits, and a list without zeros or repetitions. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "x11/property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UTF8 200 /* an atom */

/* Of a buffer just as large as it is said to be, so that a write beyond is found. */
static char *make_buffer(size_t size)
{
	char *buffer = malloc(size);
	memset(buffer, '#', size);
	return buffer;
}

static void check_text(const char *text, size_t size)
{
	struct shot_property again = {
		.type = UTF8, .format = 8, .data = text, .size = strnlen(text, size)};
	char *copy = make_buffer(size);
	if (again.size >= size) {
		abort();
	}
	for (size_t i = 0; i < again.size; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
			abort();
		}
	}
	/* Valid text stays as it is. */
	shot_property_text(&again, UTF8, copy, size);
	if (strcmp(copy, text) != 0) {
		abort();
	}
	free(copy);
}

/* Three bytes say how to read the rest: the type, the format, and the room for the result. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const xcb_atom_t types[] = {
		0, UTF8, XCB_ATOM_STRING, XCB_ATOM_CARDINAL, XCB_ATOM_WINDOW, 77};
	static const unsigned formats[] = {8, 16, 32, 0};
	if (size < 3) {
		return 0;
	}
	uint8_t *bytes = malloc(size - 3 ? size - 3 : 1);
	memcpy(bytes, data + 3, size - 3);
	struct shot_property property = {
		.type = types[data[0] % 6],
		.format = formats[data[1] % 4],
		.data = bytes,
		.size = size - 3,
	};
	size_t room = 1 + data[2];
	char *first = make_buffer(room), *second = make_buffer(room);
	if (shot_property_text(&property, UTF8, first, room) != (first[0] != '\0')) {
		abort();
	}
	check_text(first, room);
	shot_property_class(&property, first, second, room);
	check_text(first, room);
	check_text(second, room);
	shot_property_number(&property, XCB_ATOM_CARDINAL);
	xcb_window_t *windows = malloc(room * sizeof *windows);
	size_t count = shot_property_windows(&property, windows, room);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j <= i; j++) {
			if (!windows[i] || (j < i && windows[j] == windows[i])) {
				abort();
			}
		}
	}
	free(windows);
	free(first);
	free(second);
	free(bytes);
	return 0;
}
