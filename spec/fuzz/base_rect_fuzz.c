/* Geometry strings: what is accepted must read the same again when it is printed. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	char printed[64];
	struct shot_rect rect, again;
	if (text && shot_rect_parse(text, &rect)) {
		snprintf(printed, sizeof printed, "%" PRId32 "x%" PRId32 "+%" PRId32 "+%" PRId32,
			rect.width, rect.height, rect.x, rect.y);
		if (!shot_rect_parse(printed, &again) || !shot_rect_equal(rect, again)) {
			abort();
		}
	}
	free(text);
	return 0;
}
