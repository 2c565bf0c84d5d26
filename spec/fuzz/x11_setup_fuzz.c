/* What a server says of itself: of whatever passes for whole, all visuals of all screens are read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "x11/setup.h"
#include "x11/visual.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	memcpy(bytes, data, size);
	if (shot_setup_is_whole(bytes, size)) {
		const xcb_setup_t *setup = (const void *)bytes;
		xcb_screen_iterator_t it = xcb_setup_roots_iterator(setup);
		for (; it.rem; xcb_screen_next(&it)) {
			struct shot_visual visual;
			struct shot_error err;
			shot_visual_read(&visual, setup, it.data, it.data->root_visual, &err);
			shot_visual_read(&visual, setup, it.data, 0xffffffff, &err);
		}
	}
	free(bytes);
	return 0;
}
