#include "codec/png_read.h"
#include "base/library.h"

#include <png.h>
#include <string.h>

_Static_assert(PNG_LIBPNG_VER_SONUM == 16, "as the library's name has it");

/* libpng's simplified interface, which deals with errors by itself. */
struct png {
	__typeof__(png_image_begin_read_from_memory) *begin;
	__typeof__(png_image_finish_read) *finish;
	__typeof__(png_image_free) *free;
};

static bool load(struct png *png, struct shot_error *err)
{
	static const char *const names[] = {"png_image_begin_read_from_memory",
		"png_image_finish_read", "png_image_free", NULL};
	void *functions[3];
	if (!shot_library_load(SHOT_LIBRARY_PNG, names, functions, err)) {
		return false;
	}
	memcpy(png, functions, sizeof *png);
	return true;
}

bool shot_png_matches(const uint8_t *data, size_t size)
{
	return size >= 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0;
}

bool shot_png_decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	struct png png;
	if (!load(&png, err)) {
		return false;
	}
	png_image image = {.version = PNG_IMAGE_VERSION};
	struct shot_view view = {0};
	bool ok = png.begin(&image, data, size) &&
		  shot_decode_begin("png", image.width, image.height, max_pixels, &view, err);
	if (ok) {
		image.format = PNG_FORMAT_BGRA; /* the alpha goes where nobody looks */
		image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
		ok = png.finish(&image, NULL, view.data, (png_int_32)view.stride, NULL);
	}
	if (PNG_IMAGE_FAILED(image)) {
		ok = shot_fail(err, "EFORMAT", "damaged png: %s", image.message);
	}
	png.free(&image);
	if (!ok) {
		shot_view_unref(&view);
		return false;
	}
	*out = view;
	return true;
}
