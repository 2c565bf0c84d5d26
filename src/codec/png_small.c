#include "base/parallel.h"
#include "codec/png_chunk.h"
#include "codec/png_data.h"
#include "codec/png_stripe.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL 8		 /* libdeflate's; 9 takes twice as long to save one percent */
#define PHOTO_LEVEL 7	 /* 8 takes three times as long to save three percent of a photograph */
#define PHOTO 12	 /* level 1 leaves more than a 12th of a photograph */
#define STRIPE_ROWS 64	 /* that share a search for filters */
#define PART (1u << 20)	 /* bytes for each thread, at least; less takes no time at any level */
#define CHUNK (1u << 30) /* a chunk's length has 31 bits */

/* Text: none, because the compressor finds what repeats. Photographs: the row above, mostly. Smooth
 * pictures: each row its own. */
static const enum shot_png_search searches[] = {SHOT_PNG_NONE, SHOT_PNG_ABOVE, SHOT_PNG_THOROUGH};

/* One thread's trials of the searches. */
struct trial {
	struct libdeflate_compressor *compressor; /* of level 1 */
	uint8_t *filtered;			  /* a stripe */
	uint8_t *packed;			  /* half a stripe, compressed */
	size_t bound;				  /* of `packed` */
	size_t in, out;				  /* bytes that it compressed, and to how many */
	bool failed;
};

/* Threads take stripes until none is left. */
struct job {
	const struct shot_view *view;
	enum shot_format format;
	uint8_t *filtered; /* all rows */
	int32_t rows;	   /* of a stripe */
	_Atomic int32_t next;
	struct trial trials[SHOT_PARALLEL_MOST];
};

static int32_t half_of(int32_t rows)
{
	return (rows + 1) / 2;
}

static bool begin_trial(struct trial *trial, int32_t rows, size_t row)
{
	size_t half = (size_t)half_of(rows) * row;
	trial->compressor = libdeflate_alloc_compressor(1);
	trial->bound = libdeflate_deflate_compress_bound(trial->compressor, half);
	trial->filtered = malloc((size_t)rows * row);
	trial->packed = malloc(trial->bound);
	return trial->compressor && trial->filtered && trial->packed;
}

static void end_trial(struct trial *trial)
{
	free(trial->packed);
	free(trial->filtered);
	libdeflate_free_compressor(trial->compressor);
}

/* Returns the compressed size of the upper half of a stripe, which tells enough. */
static size_t measure(struct trial *trial, int32_t count, size_t row)
{
	return libdeflate_deflate_compress(trial->compressor, trial->filtered,
		(size_t)half_of(count) * row, trial->packed, trial->bound);
}

/* Filters a stripe by the search that lets it become smallest. */
static void filter_stripe(struct shot_png_stripes *stripes, struct trial *trial, int32_t first,
	int32_t count, uint8_t *out)
{
	size_t row = stripes->row_size + 1, least = SIZE_MAX;
	for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
		shot_png_filter_rows(stripes, searches[i], first, count, trial->filtered);
		size_t size = measure(trial, count, row);
		if (size < least) {
			least = size;
			memcpy(out, trial->filtered, (size_t)count * row);
		}
	}
	trial->in += (size_t)half_of(count) * row;
	trial->out += least;
}

static void run(void *context, unsigned number)
{
	struct job *job = context;
	struct trial *trial = &job->trials[number];
	struct shot_png_stripes stripes;
	struct shot_error ignored; /* it can only be memory */
	trial->failed = !shot_png_stripes_init(&stripes, job->view, job->format, &ignored) ||
			!begin_trial(trial, job->rows, stripes.row_size + 1);
	int32_t height = job->view->height, first;
	while (!trial->failed && (first = atomic_fetch_add(&job->next, job->rows)) < height) {
		int32_t count = height - first < job->rows ? height - first : job->rows;
		filter_stripe(&stripes, trial, first, count,
			job->filtered + (size_t)first * (stripes.row_size + 1));
	}
	end_trial(trial);
	shot_png_stripes_finish(&stripes);
}

/* Filters all rows to `filtered`; returns the level for them, 0 without memory. */
static int filter(
	const struct shot_view *view, enum shot_format format, size_t size, uint8_t *filtered)
{
	struct job job = {.view = view,
		.format = format,
		.filtered = filtered,
		.rows = view->height < STRIPE_ROWS ? view->height : STRIPE_ROWS};
	size_t stripes = (size_t)(view->height + job.rows - 1) / (size_t)job.rows;
	unsigned parts =
		shot_parallel_parts((unsigned)(size / PART < stripes ? size / PART : stripes));
	size_t in = 0, out = 0;
	shot_parallel(parts, run, &job);
	for (unsigned i = 0; i < parts; i++) {
		if (job.trials[i].failed) {
			return 0;
		}
		in += job.trials[i].in;
		out += job.trials[i].out;
	}
	return size > PART && out > in / PHOTO ? PHOTO_LEVEL : LEVEL;
}

static bool write_chunks(
	struct shot_blob *out, const uint8_t *data, size_t size, struct shot_error *err)
{
	while (size > 0) {
		size_t part = size < CHUNK ? size : CHUNK;
		if (!shot_png_chunk(out, "IDAT", data, part, err)) {
			return false;
		}
		data += part;
		size -= part;
	}
	return true;
}

static bool pack(struct shot_blob *out, int level, const uint8_t *filtered, size_t size,
	struct shot_error *err)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
	size_t bound = libdeflate_zlib_compress_bound(compressor, size);
	uint8_t *packed = compressor ? malloc(bound) : NULL;
	bool ok = packed || shot_fail_errno(err, ENOMEM, "cannot compress %zu bytes", size);
	if (ok) {
		size = libdeflate_zlib_compress(compressor, filtered, size, packed, bound);
		ok = write_chunks(out, packed, size, err);
	}
	free(packed);
	libdeflate_free_compressor(compressor);
	return ok;
}

bool shot_png_write_small(struct shot_blob *out, const struct shot_view *view,
	enum shot_format format, struct shot_error *err)
{
	size_t size = (size_t)view->height * ((size_t)view->width * shot_format_bytes(format) + 1);
	uint8_t *filtered = malloc(size);
	int level = filtered ? filter(view, format, size, filtered) : 0;
	bool ok = level > 0 ? pack(out, level, filtered, size, err)
			    : shot_fail_errno(err, ENOMEM, "cannot encode a %dx%d picture",
				      view->width, view->height);
	free(filtered);
	return ok;
}
