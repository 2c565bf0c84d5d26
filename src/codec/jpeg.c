#include "codec/codecs.h"
#include "codec/decode_begin.h"
#include "codec/exif.h"
#include "codec/jpeg_origin.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

/* Scans of a progressive file: 10 are usual. More than SURE_SCANS may take a bounded time. */
#define MOST_SCANS 200
#define SURE_SCANS 24
#define MOST_SCANNED (UINT64_C(1) << 30) /* pixels times scans */
#define FINE_COLOR 90 /* from this quality on, full resolution: colored text stays sharp */

/* libjpeg calls back with an error that must not return. */
struct catcher {
	struct jpeg_error_mgr manager;
	struct jpeg_progress_mgr progress;
	bool has_many_scans;
	jmp_buf escape;
};

static void throw(j_common_ptr info)
{
	longjmp(((struct catcher *)info->err)->escape, 1);
}

/* Warnings that change no pixel: bytes between markers, parameters of progressive files in others,
 * unknown versions and profiles. */
static bool is_harmless(int warning)
{
	return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_NOT_SEQUENTIAL ||
	       warning == JWRN_JFIF_MAJOR || warning == JWRN_ADOBE_XFORM ||
	       warning == JWRN_BOGUS_PROGRESSION || warning == JWRN_BOGUS_ICC;
}

/* Whether only the file's end mark is missing. If the single scan of a Huffman-coded file lacked
 * bits as well, libjpeg would give another warning. Other files may lack whole scans. */
static bool is_end_alone(j_common_ptr info)
{
	j_decompress_ptr reading = (j_decompress_ptr)info;
	return info->is_decompressor && info->err->msg_code == JWRN_JPEG_EOF &&
	       !reading->progressive_mode && !reading->arith_code &&
	       reading->input_scan_number == 1 && reading->comps_in_scan > 0 &&
	       reading->comps_in_scan == reading->num_components;
}

/* The other warnings are about damage that libjpeg can paint over, such as a file that ends early.
 * */
static void warn(j_common_ptr info, int level)
{
	if (level < 0 && !is_harmless(info->err->msg_code) && !is_end_alone(info)) {
		throw(info);
	}
}

static void ignore(j_common_ptr info)
{
	(void)info;
}

/* Limits the number of scans: a small file can cause any number of passes over a large picture. */
static void limit_scans(j_common_ptr info)
{
	j_decompress_ptr decoder = (j_decompress_ptr)info;
	uint64_t scans = (uint64_t)decoder->input_scan_number;
	uint64_t pixels = (uint64_t)decoder->image_width * decoder->image_height;
	if (scans > MOST_SCANS || (scans > SURE_SCANS && scans * pixels > MOST_SCANNED)) {
		((struct catcher *)info->err)->has_many_scans = true;
		throw(info);
	}
}

static struct jpeg_error_mgr *catcher_init(struct catcher *catcher)
{
	jpeg_std_error(&catcher->manager);
	catcher->manager.error_exit = throw;
	catcher->manager.emit_message = warn;
	catcher->manager.output_message = ignore;
	catcher->has_many_scans = false;
	catcher->progress = (struct jpeg_progress_mgr){.progress_monitor = limit_scans};
	return &catcher->manager;
}

static bool fail(
	struct catcher *catcher, j_common_ptr info, const char *what, struct shot_error *err)
{
	char message[JMSG_LENGTH_MAX];
	if (catcher->has_many_scans) {
		return shot_fail(
			err, "EFORMAT", "%s: too many scans for a picture of its size", what);
	}
	catcher->manager.format_message(info, message);
	bool no_memory = catcher->manager.msg_code == JERR_OUT_OF_MEMORY;
	return no_memory ? shot_fail(err, "ENOMEM", "%s: %.180s", what, message)
			 : shot_fail(err, "EFORMAT", "%s: %.180s", what, message);
}

static void set_density(j_compress_ptr info, const struct shot_origin *origin)
{
	if (origin->dots_per_mm_x > 0 && origin->dots_per_mm_y > 0) {
		info->density_unit = 2; /* dots per cm */
		info->X_density = (UINT16)lround(fmin(origin->dots_per_mm_x * 10, UINT16_MAX));
		info->Y_density = (UINT16)lround(fmin(origin->dots_per_mm_y * 10, UINT16_MAX));
	}
}

static void write_exif(j_compress_ptr info, const struct shot_origin *origin)
{
	struct shot_exif exif;
	uint8_t segment[SHOT_JPEG_EXIF_SIZE + sizeof exif.data];
	shot_exif_make(origin, &exif);
	memcpy(segment, SHOT_JPEG_EXIF, SHOT_JPEG_EXIF_SIZE);
	memcpy(segment + SHOT_JPEG_EXIF_SIZE, exif.data, exif.size);
	jpeg_write_marker(
		info, JPEG_APP0 + 1, segment, (unsigned)(SHOT_JPEG_EXIF_SIZE + exif.size));
}

static void set_layout(j_compress_ptr info, const struct shot_view *view)
{
	static const J_COLOR_SPACE spaces[SHOT_FORMAT_COUNT] = {
		[SHOT_FORMAT_BGRX] = JCS_EXT_BGRX,
		[SHOT_FORMAT_BGR] = JCS_EXT_BGR,
		[SHOT_FORMAT_RGB] = JCS_EXT_RGB,
		[SHOT_FORMAT_RGBA] = JCS_EXT_RGBX,
		[SHOT_FORMAT_GRAY] = JCS_GRAYSCALE,
	};
	info->image_width = (JDIMENSION)view->width;
	info->image_height = (JDIMENSION)view->height;
	info->in_color_space = spaces[view->format];
	info->input_components = (int)shot_format_bytes(view->format);
}

static void compress(j_compress_ptr info, const struct shot_view *view,
	const struct shot_encode_options *options)
{
	set_layout(info, view);
	jpeg_set_defaults(info);
	jpeg_set_quality(info, options->quality, TRUE);
	set_density(info, &options->origin);
	if (options->quality >= FINE_COLOR) {
		info->comp_info[0].h_samp_factor = info->comp_info[0].v_samp_factor = 1;
	}
	jpeg_start_compress(info, TRUE);
	write_exif(info, &options->origin);
	while (info->next_scanline < info->image_height) {
		JSAMPROW row = shot_view_row(view, (int32_t)info->next_scanline);
		jpeg_write_scanlines(info, &row, 1);
	}
	jpeg_finish_compress(info);
}

/* The destination of the library's output: the blob itself. */
struct drain {
	struct jpeg_destination_mgr manager;
	struct shot_blob *blob;
};

static void offer_room(j_compress_ptr info)
{
	struct drain *drain = (struct drain *)info->dest;
	struct shot_error err;
	if (!shot_blob_reserve(drain->blob, 1 << 16, &err)) {
		ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
	}
	drain->manager.next_output_byte = drain->blob->data + drain->blob->size;
	drain->manager.free_in_buffer = drain->blob->capacity - drain->blob->size;
}

static boolean take_all(j_compress_ptr info)
{
	struct drain *drain = (struct drain *)info->dest;
	drain->blob->size = drain->blob->capacity;
	offer_room(info);
	return TRUE;
}

static void take_rest(j_compress_ptr info)
{
	struct drain *drain = (struct drain *)info->dest;
	drain->blob->size = drain->blob->capacity - drain->manager.free_in_buffer;
}

/* setjmp stands in functions without local variables, so that a longjmp cannot clobber any. */
static bool try_compress(struct catcher *catcher, j_compress_ptr info, struct drain *drain,
	const struct shot_view *view, const struct shot_encode_options *options)
{
	if (setjmp(catcher->escape)) {
		return false;
	}
	jpeg_create_compress(info);
	info->dest = &drain->manager;
	compress(info, view, options);
	return true;
}

static bool encode(const struct shot_view *view, const struct shot_encode_options *options,
	struct shot_blob *out, struct shot_error *err)
{
	if (view->width > JPEG_MAX_DIMENSION || view->height > JPEG_MAX_DIMENSION) {
		return shot_fail(err, "EGEOMETRY", "a jpeg cannot be %dx%d: each side is 1 to %ld",
			view->width, view->height, (long)JPEG_MAX_DIMENSION);
	}
	struct catcher catcher;
	struct jpeg_compress_struct info = {.err = catcher_init(&catcher)};
	struct drain drain = {.manager = {.init_destination = offer_room,
				      .empty_output_buffer = take_all,
				      .term_destination = take_rest},
		.blob = out};
	bool ok = try_compress(&catcher, &info, &drain, view, options) ||
		  fail(&catcher, (j_common_ptr)&info, "cannot write a jpeg", err);
	jpeg_destroy_compress(&info);
	return ok;
}

static bool matches(const uint8_t *data, size_t size)
{
	return size >= 3 && memcmp(data, "\xff\xd8\xff", 3) == 0;
}

/* Converts CMYK in place. Every ink is inverted, as Adobe's programs write it; browsers assume this
 * even if Adobe's marker is missing. */
static void convert_cmyk(uint8_t *row, int32_t width)
{
	for (int32_t x = 0; x < width; x++, row += 4) {
		const uint8_t inks[4] = {row[0], row[1], row[2], row[3]};
		for (int i = 0; i < 3; i++) {
			row[2 - i] = (uint8_t)((inks[i] * inks[3] + 127) / 255);
		}
	}
}

static bool decompress(
	j_decompress_ptr info, size_t max_pixels, struct shot_view *view, struct shot_error *err)
{
	jpeg_read_header(info, TRUE);
	if (!shot_decode_begin(
		    "jpeg", info->image_width, info->image_height, max_pixels, view, err)) {
		return false;
	}
	bool is_cmyk = info->num_components == 4;
	info->out_color_space = is_cmyk ? JCS_CMYK : JCS_EXT_BGRX;
	jpeg_start_decompress(info);
	while (info->output_scanline < info->output_height) {
		JSAMPROW row = shot_view_row(view, (int32_t)info->output_scanline);
		jpeg_read_scanlines(info, &row, 1);
		if (is_cmyk) {
			convert_cmyk(row, view->width);
		}
	}
	jpeg_finish_decompress(info);
	return true;
}

struct source {
	const uint8_t *data;
	size_t size, max_pixels;
};

static bool try_decompress(struct catcher *catcher, j_decompress_ptr info,
	const struct source *source, struct shot_view *view, struct shot_error *err)
{
	if (setjmp(catcher->escape)) {
		return fail(catcher, (j_common_ptr)info, "damaged jpeg", err);
	}
	jpeg_create_decompress(info);
	info->progress = &catcher->progress;
	jpeg_mem_src(info, source->data, source->size);
	return decompress(info, source->max_pixels, view, err);
}

static bool decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err)
{
	const struct source source = {data, size, max_pixels};
	struct catcher catcher;
	struct jpeg_decompress_struct info = {.err = catcher_init(&catcher)};
	struct shot_view view = {0};
	bool ok = try_decompress(&catcher, &info, &source, &view, err);
	jpeg_destroy_decompress(&info);
	if (ok) {
		*out = view;
	} else {
		shot_view_unref(&view);
	}
	return ok;
}

const struct shot_codec shot_codec_jpeg = {
	.name = "jpeg",
	.extensions = {"jpg", "jpeg", "jpe"},
	.encode = encode,
	.matches = matches,
	.decode = decode,
	.read_origin = shot_jpeg_read_origin,
};
