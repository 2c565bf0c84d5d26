#include "codec/png_read.h"
#include "base/library.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

_Static_assert(PNG_LIBPNG_VER_SONUM == 16, "as the library's name has it");

#define MOST_EXPANSION 1032 /* the most bytes that one byte of DEFLATE can become */

/* libpng's full interface. The simplified one mixes up the passes of interlaced pictures of 16 bits
 * (1.6.39 does), and allocates the size that a chunk claims before it reads the chunk. */
struct png {
	__typeof__(png_create_read_struct) *create;
	__typeof__(png_create_info_struct) *create_info;
	__typeof__(png_destroy_read_struct) *destroy;
	__typeof__(png_error) *error;
	__typeof__(png_set_read_fn) *set_read;
	__typeof__(png_set_user_limits) *set_limits;
	__typeof__(png_set_keep_unknown_chunks) *set_kept_chunks;
	__typeof__(png_set_benign_errors) *set_benign_errors;
	__typeof__(png_read_info) *read_info;
	__typeof__(png_get_IHDR) *get_header;
	__typeof__(png_set_expand) *set_expand;
	__typeof__(png_set_scale_16) *set_scale_16;
	__typeof__(png_set_gray_to_rgb) *set_gray_to_rgb;
	__typeof__(png_set_bgr) *set_bgr;
	__typeof__(png_set_add_alpha) *set_add_alpha;
	__typeof__(png_set_interlace_handling) *set_interlace;
	__typeof__(png_read_update_info) *update_info;
	__typeof__(png_get_rowbytes) *get_row_bytes;
	__typeof__(png_read_row) *read_row;
};

static bool load(struct png *png, struct shot_error *err)
{
	static const char *const names[] = {"png_create_read_struct", "png_create_info_struct",
		"png_destroy_read_struct", "png_error", "png_set_read_fn", "png_set_user_limits",
		"png_set_keep_unknown_chunks", "png_set_benign_errors", "png_read_info",
		"png_get_IHDR", "png_set_expand", "png_set_scale_16", "png_set_gray_to_rgb",
		"png_set_bgr", "png_set_add_alpha", "png_set_interlace_handling",
		"png_read_update_info", "png_get_rowbytes", "png_read_row", NULL};
	_Static_assert(sizeof *png == sizeof names - sizeof *names, "a name for each pointer");
	return shot_library_load(SHOT_LIBRARY_PNG, names, png, err);
}

bool shot_png_matches(const uint8_t *data, size_t size)
{
	return size >= 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0;
}

struct reader {
	struct png png;
	png_structp state;
	png_infop info;
	const uint8_t *at;
	size_t left, size;
	size_t last; /* the least that may be left of the file when all rows are read */
	size_t max_pixels;
	struct shot_view view;
	struct shot_error *err;
	jmp_buf escape;
};

/* The reader of this thread's libpng call. Its callbacks could reach it otherwise only through
 * functions of the library. */
static _Thread_local struct reader *current;

/* libpng calls back with an error that must not return. */
static void throw(png_structp state, png_const_charp message)
{
	(void)state;
	if (strcmp(message, "Out of memory") == 0) {
		shot_fail(current->err, "ENOMEM", "cannot read a png: no memory");
	} else {
		shot_fail(current->err, "EFORMAT", "damaged png: %.180s", message);
	}
	longjmp(current->escape, 1);
}

/* Warnings concern chunks that luashot does not use, or bytes after the picture. */
static void ignore(png_structp state, png_const_charp message)
{
	(void)state;
	(void)message;
}

static void read_bytes(png_structp state, png_bytep out, size_t size)
{
	if (size > current->left) {
		current->png.error(state, "it ends early");
	}
	if (current->left - size < current->last) {
		current->png.error(state, "its data continue after the last row");
	}
	memcpy(out, current->at, size);
	current->at += size;
	current->left -= size;
}

/* Allocate the picture, unless the file is too short for one of that size. */
static bool begin(struct reader *reader)
{
	png_uint_32 width, height;
	int depth, color;
	reader->png.get_header(
		reader->state, reader->info, &width, &height, &depth, &color, NULL, NULL, NULL);
	size_t samples = color == PNG_COLOR_TYPE_RGB	      ? 3
			 : color == PNG_COLOR_TYPE_RGB_ALPHA  ? 4
			 : color == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
							      : 1;
	uint64_t row = ((uint64_t)width * samples * (unsigned)depth + 7) / 8;
	if (!shot_decode_check("png", width, height, reader->max_pixels, reader->err)) {
		return false;
	}
	if (row > (uint64_t)reader->size * MOST_EXPANSION / height) {
		return shot_fail(reader->err, "EFORMAT",
			"damaged png: %zu bytes are too few for %ux%u pixels", reader->size, width,
			height);
	}
	return shot_decode_begin(
		"png", width, height, reader->max_pixels, &reader->view, reader->err);
}

/* Selects the file's values as 8-bit BGRA, without its gamma. */
static void set_layout(const struct reader *reader)
{
	const struct png *png = &reader->png;
	png->set_expand(reader->state);
	png->set_scale_16(reader->state);
	png->set_gray_to_rgb(reader->state);
	png->set_bgr(reader->state);
	png->set_add_alpha(reader->state, 0xff, PNG_FILLER_AFTER);
}

/* After the last row libpng decompresses all data that follow, which can be a thousand times as
 * many as the file has. Bounds the bytes that are read from here on: those of a row that did not
 * shrink, and two of libpng's buffers. */
static void begin_last_row(struct reader *reader)
{
	size_t most = (size_t)reader->view.width * 8 + ((size_t)1 << 14);
	reader->last = reader->left > most ? reader->left - most : 0;
}

static bool read_picture(struct reader *reader)
{
	const struct png *png = &reader->png;
	png->set_read(reader->state, NULL, read_bytes);
	png->set_limits(reader->state, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
	/* Skip texts, profiles and the like, whatever length they claim. */
	png->set_kept_chunks(reader->state, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	png->set_benign_errors(reader->state, 1);
	png->read_info(reader->state, reader->info);
	if (!begin(reader)) {
		return false;
	}
	set_layout(reader);
	int passes = png->set_interlace(reader->state);
	png->update_info(reader->state, reader->info);
	if (png->get_row_bytes(reader->state, reader->info) != (size_t)reader->view.width * 4) {
		png->error(reader->state, "no pixels of four samples");
	}
	while (passes-- > 0) {
		for (int32_t y = 0; y < reader->view.height; y++) {
			if (passes == 0 && y == reader->view.height - 1) {
				begin_last_row(reader);
			}
			png->read_row(reader->state, shot_view_row(&reader->view, y), NULL);
		}
	}
	return true;
}

/* setjmp stands in a function without local variables, so that a longjmp cannot clobber any. */
static bool try_read(struct reader *reader)
{
	if (setjmp(reader->escape)) {
		return false;
	}
	reader->state = reader->png.create(PNG_LIBPNG_VER_STRING, NULL, throw, ignore);
	reader->info = reader->state ? reader->png.create_info(reader->state) : NULL;
	if (!reader->info) {
		return shot_fail(reader->err, "ENOMEM", "cannot read a png: no memory");
	}
	return read_picture(reader);
}

bool shot_png_decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	struct reader reader = {
		.at = data, .left = size, .size = size, .max_pixels = max_pixels, .err = err};
	if (!load(&reader.png, err)) {
		return false;
	}
	current = &reader;
	bool ok = try_read(&reader);
	current = NULL;
	if (reader.state) {
		reader.png.destroy(&reader.state, &reader.info, NULL);
	}
	if (ok) {
		*out = reader.view;
		out->has_alpha = true;
	} else {
		shot_view_unref(&reader.view);
	}
	return ok;
}
