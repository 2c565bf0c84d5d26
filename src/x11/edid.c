#include "x11/edid.h"

#include <string.h>

#define BLOCK 128
#define FIRST_DESCRIPTOR 54
#define DESCRIPTOR 18
#define PRODUCT_NAME 0xfc

static bool is_block(const uint8_t *edid, size_t size)
{
	static const uint8_t header[] = {0, 255, 255, 255, 255, 255, 255, 0};
	if (size < BLOCK || memcmp(edid, header, sizeof header) != 0) {
		return false;
	}
	uint8_t sum = 0;
	for (size_t i = 0; i < BLOCK; i++) {
		sum += edid[i];
	}
	return sum == 0;
}

bool shot_edid_name(const uint8_t *edid, size_t size, char name[SHOT_EDID_NAME])
{
	name[0] = '\0';
	if (!is_block(edid, size)) {
		return false;
	}
	for (size_t at = FIRST_DESCRIPTOR; at + DESCRIPTOR < BLOCK; at += DESCRIPTOR) {
		const uint8_t *text = edid + at + 5;
		if (edid[at] || edid[at + 1] || edid[at + 3] != PRODUCT_NAME) {
			continue;
		}
		size_t length = 0;
		while (length < SHOT_EDID_NAME - 1 && text[length] >= ' ' && text[length] <= '~') {
			name[length] = (char)text[length];
			length++;
		}
		while (length > 0 && name[length - 1] == ' ') {
			length--;
		}
		name[length] = '\0';
		return length > 0;
	}
	return false;
}
