#include "codec/webp_animation.h"
#include "base/library.h"

#include <webp/mux.h>

bool shot_webp_first(
	const uint8_t *data, size_t size, struct shot_webp_part *out, struct shot_error *err)
{
	static const char *const names[] = {
		"WebPMuxCreateInternal", "WebPMuxGetFrame", "WebPMuxDelete", NULL};
	struct {
		__typeof__(WebPMuxCreateInternal) *read;
		__typeof__(WebPMuxGetFrame) *get_frame;
		__typeof__(WebPMuxDelete) *destroy;
	} mux;
	_Static_assert(sizeof mux == sizeof names - sizeof *names, "a name for each pointer");
	if (!shot_library_load(SHOT_LIBRARY_WEBPMUX, names, &mux, err)) {
		return false;
	}
	const WebPData file = {data, size};
	WebPMuxFrameInfo frame;
	WebPMux *parsed = mux.read(&file, 0, WEBP_MUX_ABI_VERSION);
	bool ok = parsed && mux.get_frame(parsed, 1, &frame) == WEBP_MUX_OK;
	mux.destroy(parsed);
	if (!ok) {
		return shot_fail(err, "EFORMAT", "damaged webp: no first picture in it");
	}
	*out = (struct shot_webp_part){.data = (uint8_t *)(uintptr_t)frame.bitstream.bytes,
		.size = frame.bitstream.size,
		.x = frame.x_offset,
		.y = frame.y_offset};
	return true;
}
