#include "codec/sixel.h"

#include "base/library.h"

#ifdef LUASHOT_SIXEL

#include <sixel.h>
#include <string.h>

#include "image/image.h"

enum { COLORS = 256 };

struct sixel {
	__typeof__(sixel_output_new) *output_new;
	__typeof__(sixel_output_unref) *output_unref;
	__typeof__(sixel_dither_new) *dither_new;
	__typeof__(sixel_dither_unref) *dither_unref;
	__typeof__(sixel_dither_initialize) *dither_initialize;
	__typeof__(sixel_encode) *encode;
};

/* The state of the library's write callback. */
struct writing {
	struct shot_blob *out;
	struct shot_error *err;
	bool has_failed;
};

static bool load(struct sixel *sixel, struct shot_error *err)
{
	static const char *const names[] = {"sixel_output_new", "sixel_output_unref",
		"sixel_dither_new", "sixel_dither_unref", "sixel_dither_initialize", "sixel_encode",
		NULL};
	_Static_assert(sizeof *sixel == sizeof names - sizeof *names, "a name for each pointer");
	return shot_library_load(SHOT_LIBRARY_SIXEL, names, sixel, err);
}

static int append(char *data, int size, void *context)
{
	struct writing *writing = context;
	writing->has_failed |= !shot_blob_reserve(writing->out, (size_t)size, writing->err);
	if (!writing->has_failed) {
		memcpy(writing->out->data + writing->out->size, data, (size_t)size);
		writing->out->size += (size_t)size;
	}
	return size;
}

static bool encode(const struct sixel *sixel, const struct shot_view *rgb, struct writing *writing)
{
	sixel_output_t *output = NULL;
	sixel_dither_t *dither = NULL;
	bool ok = sixel->output_new(&output, append, writing, NULL) == SIXEL_OK &&
		  sixel->dither_new(&dither, COLORS, NULL) == SIXEL_OK &&
		  sixel->dither_initialize(dither, rgb->data, rgb->width, rgb->height,
			  SIXEL_PIXELFORMAT_RGB888, SIXEL_LARGE_AUTO, SIXEL_REP_AUTO,
			  SIXEL_QUALITY_FULL) == SIXEL_OK &&
		  sixel->encode(rgb->data, rgb->width, rgb->height, 0, dither, output) == SIXEL_OK;
	if (dither) {
		sixel->dither_unref(dither);
	}
	if (output) {
		sixel->output_unref(output);
	}
	return ok;
}

bool shot_sixel_encode(const struct shot_view *view, struct shot_blob *out, struct shot_error *err)
{
	struct sixel sixel;
	struct shot_view rgb;
	if (!load(&sixel, err) || !shot_image_copy(view, SHOT_FORMAT_RGB, &rgb, err)) {
		return false;
	}
	struct writing writing = {.out = out, .err = err};
	bool ok = encode(&sixel, &rgb, &writing);
	shot_view_unref(&rgb);
	if (!ok) {
		return shot_fail(err, "ENOMEM", "cannot make sixels of %dx%d pixels", view->width,
			view->height);
	}
	return !writing.has_failed;
}

#else

bool shot_sixel_encode(const struct shot_view *view, struct shot_blob *out, struct shot_error *err)
{
	(void)view;
	(void)out;
	return shot_library_left_out("sixels", "LUASHOT_SIXEL", err);
}

#endif
