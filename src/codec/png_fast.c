#include "base/parallel.h"
#include "codec/deflate.h"
#include "codec/deflate_text.h"
#include "codec/png_chunk.h"
#include "codec/png_data.h"
#include "codec/png_stripe.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define STRIPE_BYTES (1 << 20) /* stays in the cache, and costs next to no compression */

/* Bounds on the compression of stripes of text: photographs shrink less, plain surfaces more. */
#define TEXT_LEAST 12
#define TEXT_MOST 29

struct stripe {
	struct shot_blob chunk;
	uint32_t adler;
	size_t size; /* filtered bytes */
};

/* One thread's part: it takes stripes until none is left. */
struct part {
	struct shot_deflater *deflater;
	struct shot_text_deflater *text; /* NULL before the first stripe of text */
	bool failed;
	struct shot_error err;
};

struct job {
	const struct shot_view *view;
	enum shot_format format;
	size_t row_size;
	int32_t rows; /* in every stripe but the last */
	int32_t count;
	_Atomic int32_t next;
	struct stripe *stripe;
	struct part parts[SHOT_PARALLEL_MOST];
};

/* If a stripe has shrunk to `size` bytes at `out` as text does, compress it once more and keep the
 * smaller result; returns its size. */
static size_t improve_text(struct shot_text_deflater **text, const struct stripe *stripe,
	const uint8_t *filtered, uint8_t *out, size_t size)
{
	if (size * TEXT_LEAST > stripe->size || size * TEXT_MOST < stripe->size) {
		return size;
	}
	*text = *text ? *text : shot_text_deflater_create();
	uint8_t *spare = *text ? malloc(size) : NULL;
	size_t smaller = spare ? shot_deflate_text(*text, filtered, stripe->size, spare, size) : 0;
	if (smaller) {
		memcpy(out, spare, smaller);
	}
	free(spare);
	return smaller ? smaller : size;
}

/* The first two bytes of a zlib stream: deflate, 32 KiB window, fastest. */
static const uint8_t zlib_header[] = {0x78, 0x01};

static bool encode_stripe(struct job *job, struct part *part, int32_t index,
	struct shot_png_stripes *stripes, uint8_t *filtered, uint8_t *packed)
{
	struct stripe *stripe = &job->stripe[index];
	int32_t first = index * job->rows, left = job->view->height - first;
	int32_t count = left < job->rows ? left : job->rows;
	stripe->size = (size_t)count * job->row_size;
	size_t header = index == 0 ? sizeof zlib_header : 0;
	shot_png_filter_stripe(stripes, part->deflater, first, count, filtered, packed);
	stripe->adler = libdeflate_adler32(1, filtered, stripe->size);
	memcpy(packed, zlib_header, header);
	size_t size = shot_deflate(part->deflater, filtered, stripe->size, packed + header);
	size = improve_text(&part->text, stripe, filtered, packed + header, size);
	return shot_png_chunk(&stripe->chunk, "IDAT", packed, header + size, &part->err);
}

static void run(void *context, unsigned number)
{
	struct job *job = context;
	struct part *part = &job->parts[number];
	struct shot_png_stripes stripes;
	size_t size = (size_t)job->rows * job->row_size;
	uint8_t *filtered = malloc(size + sizeof zlib_header + shot_deflate_bound(size));
	bool ok = shot_png_stripes_init(&stripes, job->view, job->format, &part->err);
	part->deflater = shot_deflater_create(&part->err);
	ok = ok && part->deflater;
	if (!filtered) {
		ok = shot_fail_errno(&part->err, ENOMEM, "cannot encode a stripe of a picture");
	}
	int32_t index;
	while (ok && (index = atomic_fetch_add(&job->next, 1)) < job->count) {
		ok = encode_stripe(job, part, index, &stripes, filtered, filtered + size);
	}
	part->failed = !ok;
	shot_png_stripes_finish(&stripes);
	shot_text_deflater_destroy(part->text);
	shot_deflater_destroy(part->deflater);
	free(filtered);
}

static bool encode_stripes(struct job *job, struct shot_error *err)
{
	unsigned parts = shot_parallel_parts((unsigned)job->count);
	shot_parallel(parts, run, job);
	for (unsigned i = 0; i < parts; i++) {
		if (job->parts[i].failed) {
			*err = job->parts[i].err;
			return false;
		}
	}
	return true;
}

static bool join(struct job *job, struct shot_blob *out, struct shot_error *err)
{
	size_t size = 0;
	uint32_t adler = 1;
	for (int32_t i = 0; i < job->count; i++) {
		size += job->stripe[i].chunk.size;
		adler = shot_adler32_join(adler, job->stripe[i].adler, job->stripe[i].size);
	}
	if (!shot_blob_reserve(out, size, err)) {
		return false;
	}
	for (int32_t i = 0; i < job->count; i++) {
		const struct shot_blob *chunk = &job->stripe[i].chunk;
		memcpy(out->data + out->size, chunk->data, chunk->size);
		out->size += chunk->size;
	}
	uint8_t end[] = {3, 0, (uint8_t)(adler >> 24), (uint8_t)(adler >> 16),
		(uint8_t)(adler >> 8), (uint8_t)adler}; /* an empty final block before the sum */
	return shot_png_chunk(out, "IDAT", end, sizeof end, err);
}

bool shot_png_write_fast(struct shot_blob *out, const struct shot_view *view,
	enum shot_format format, struct shot_error *err)
{
	struct job job = {
		.view = view,
		.format = format,
		.row_size = (size_t)view->width * shot_format_bytes(format) + 1,
	};
	job.rows = (int32_t)(STRIPE_BYTES / job.row_size) + 1;
	job.count = (view->height + job.rows - 1) / job.rows;
	job.stripe = calloc((size_t)job.count, sizeof *job.stripe);
	if (!job.stripe) {
		return shot_fail_errno(err, ENOMEM, "cannot encode %d stripes", job.count);
	}
	bool ok = encode_stripes(&job, err) && join(&job, out, err);
	for (int32_t i = 0; i < job.count; i++) {
		shot_blob_finish(&job.stripe[i].chunk);
	}
	free(job.stripe);
	return ok;
}
