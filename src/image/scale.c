#include "image/scale.h"
#include "base/parallel.h"
#include "image/convert.h"
#include "image/image.h"
#include "image/vector.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define BITS 11 /* of a bilinear weight; two weights and a channel fill 30 */
#define ONE (1u << BITS)
#define STRETCH 2048		      /* channels of a row */
#define PART_PIXELS ((size_t)1 << 20) /* of the input, for each thread */

/* sums[i] += one[i] * one_part + other[i] * other_part: two rows at a time, since to read and write
 * the sums takes longer than to multiply. */
SHOT_VECTORIZED static void add_two_rows(const uint8_t *restrict one, uint32_t one_part,
	const uint8_t *restrict other, uint32_t other_part, size_t count, uint32_t *restrict sums)
{
	for (size_t i = 0; i < count; i++) {
		sums[i] += one[i] * one_part + other[i] * other_part;
	}
}

/* The source pixels that an output pixel covers, and the parts of the first and the last of them;
 * an inner one has `width` parts if the row shrinks to `width` pixels. */
struct span {
	int32_t first, count;
	double first_part, last_part;
};

/* The part of source pixel `i` that lies in output pixel `o`, if a source pixel is `wide` units and
 * an output pixel `from` units wide, so that the sizes are from : wide. */
static uint32_t overlap(int64_t i, int64_t o, int64_t from, int64_t wide)
{
	int64_t left = i * wide > o * from ? i * wide : o * from;
	int64_t right = (i + 1) * wide < (o + 1) * from ? (i + 1) * wide : (o + 1) * from;
	return (uint32_t)(right - left);
}

static void find_spans(int64_t from, int64_t wide, struct span *spans)
{
	for (int64_t o = 0; o < wide; o++) {
		int64_t first = o * from / wide, last = ((o + 1) * from - 1) / wide;
		spans[o] = (struct span){.first = (int32_t)first,
			.count = (int32_t)(last - first + 1),
			.first_part = overlap(first, o, from, wide),
			.last_part = overlap(last, o, from, wide)};
	}
}

/* The part of row `i` of a span, whose inner rows have `full` parts; 0 after its last row. */
static uint32_t part_of(const struct span *span, int32_t i, uint32_t full)
{
	if (i == 0) {
		return (uint32_t)span->first_part;
	}
	int32_t last = span->count - 1;
	return i < last ? full : i == last ? (uint32_t)span->last_part : 0;
}

/* The weighted rows that an output row covers, added; in stretches that stay in the cache. */
static void add_rows(const struct shot_view *in, const struct span *span, uint32_t full,
	size_t count, uint32_t *sums)
{
	for (size_t at = 0; at < count; at += STRETCH) {
		size_t length = count - at < STRETCH ? count - at : STRETCH;
		memset(sums + at, 0, length * sizeof *sums);
		for (int32_t i = 0; i < span->count; i += 2) {
			int32_t other = i + 1 < span->count ? i + 1 : i;
			add_two_rows(shot_view_row(in, span->first + i) + at,
				part_of(span, i, full), shot_view_row(in, span->first + other) + at,
				part_of(span, i + 1, full), length, sums + at);
		}
	}
}

/* out[i] = above[i] * (1 - part) + below[i] * part, in units of 1 / ONE */
SHOT_VECTORIZED static void mix_rows(const uint8_t *restrict above, const uint8_t *restrict below,
	uint32_t part, size_t count, uint32_t *restrict out)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = above[i] * (ONE - part) + below[i] * part;
	}
}

/* The four channels of a pixel: as doubles, whose 53 bits hold the largest sum exactly. */
typedef double channels __attribute__((vector_size(32)));
typedef int32_t integers __attribute__((vector_size(16)));

SHOT_VECTORIZED static void narrow(const int32_t *restrict in, size_t count, uint8_t *restrict out)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = (uint8_t)in[i];
	}
}

/* The channels of an output row, from the weighted sums of source rows, whose weights are `height`
 * in all. */
SHOT_VECTORIZED static void box_row(const uint32_t *sums, const struct span *spans, int32_t from,
	int32_t height, int32_t width, int32_t *out)
{
	double area = (double)from * height, full = width;
	/* The half between two integers more keeps a quotient off the integer below. */
	double half = (double)((int64_t)area / 2) + 0.5, inverse = 1 / area;
	for (int32_t x = 0; x < width; x++, out += 4) {
		const struct span *span = &spans[x];
		const uint32_t *at = sums + 4 * (size_t)span->first;
		integers pixel;
		memcpy(&pixel, at, sizeof pixel);
		channels sum = __builtin_convertvector(pixel, channels) * span->first_part;
		for (int32_t i = 1; i < span->count; i++) {
			memcpy(&pixel, at + 4 * (size_t)i, sizeof pixel);
			sum += __builtin_convertvector(pixel, channels) *
			       (i < span->count - 1 ? full : span->last_part);
		}
		integers mean = __builtin_convertvector((sum + half) * inverse, integers);
		memcpy(out, &mean, sizeof mean);
	}
}

/* A box scaling that threads share: each takes a band of output rows. */
struct box_job {
	const struct shot_view *in, *out;
	unsigned parts;
	struct span *across, *down;
	uint32_t *sums; /* a row of them for each part, and so of means */
	int32_t *means;
};

static void box_part(void *context, unsigned part)
{
	const struct box_job *job = context;
	const struct shot_view *in = job->in, *out = job->out;
	size_t count = 4 * (size_t)in->width, out_count = 4 * (size_t)out->width;
	uint32_t *sums = job->sums + part * count;
	int32_t *means = job->means + part * out_count;
	int32_t first = (int32_t)((int64_t)out->height * part / job->parts);
	int32_t end = (int32_t)((int64_t)out->height * (part + 1) / job->parts);
	for (int32_t y = first; y < end; y++) {
		add_rows(in, &job->down[y], (uint32_t)out->height, count, sums);
		box_row(sums, job->across, in->width, in->height, out->width, means);
		narrow(means, out_count, shot_view_row(out, y));
	}
}

static bool box(const struct shot_view *in, const struct shot_view *out, struct shot_error *err)
{
	size_t count = 4 * (size_t)in->width, out_count = 4 * (size_t)out->width;
	size_t worth = (size_t)in->width * (size_t)in->height / PART_PIXELS;
	struct box_job job = {.in = in,
		.out = out,
		.parts = shot_parallel_parts(worth < INT_MAX ? (unsigned)worth : INT_MAX)};
	job.across = malloc((size_t)out->width * sizeof *job.across);
	job.down = malloc((size_t)out->height * sizeof *job.down);
	job.sums = malloc(job.parts * count * sizeof *job.sums);
	job.means = malloc(job.parts * out_count * sizeof *job.means);
	bool ok = job.across && job.down && job.sums && job.means;
	if (ok) {
		find_spans(in->width, out->width, job.across);
		find_spans(in->height, out->height, job.down);
		shot_parallel(job.parts, box_part, &job);
	} else {
		shot_fail_errno(err, ENOMEM, "cannot scale rows of %d pixels", in->width);
	}
	free(job.across);
	free(job.down);
	free(job.sums);
	free(job.means);
	return ok;
}

/* Locates the center of output pixel `o`: the source pixel before it, and the distance from that.
 * */
static int32_t locate(int64_t o, int64_t from, int64_t wide, uint32_t *part)
{
	int64_t place = ((2 * o + 1) * from * ONE / wide - ONE) / 2;
	place = place < 0 ? 0 : place;
	int64_t whole = place >> BITS;
	*part = (uint32_t)(place & (ONE - 1));
	if (whole >= from - 1) {
		*part = 0;
		return (int32_t)from - 1;
	}
	return (int32_t)whole;
}

static bool bilinear(
	const struct shot_view *in, const struct shot_view *out, struct shot_error *err)
{
	uint32_t *mixed = malloc(4 * (size_t)in->width * sizeof *mixed);
	if (!mixed) {
		return shot_fail_errno(err, ENOMEM, "cannot scale rows of %d pixels", in->width);
	}
	for (int32_t y = 0; y < out->height; y++) {
		uint32_t part;
		int32_t above = locate(y, in->height, out->height, &part);
		int32_t below = above + 1 < in->height ? above + 1 : above;
		mix_rows(shot_view_row(in, above), shot_view_row(in, below), part,
			4 * (size_t)in->width, mixed);
		uint8_t *pixel = shot_view_row(out, y);
		for (int32_t x = 0; x < out->width; x++, pixel += 4) {
			int32_t left = locate(x, in->width, out->width, &part);
			int32_t right = left + 1 < in->width ? left + 1 : left;
			for (int c = 0; c < 4; c++) {
				pixel[c] = (uint8_t)((mixed[4 * left + c] * (ONE - part) +
							     mixed[4 * right + c] * part +
							     (1u << (2 * BITS - 1))) >>
						     2 * BITS);
			}
		}
	}
	free(mixed);
	return true;
}

static void nearest(const struct shot_view *in, const struct shot_view *out)
{
	for (int64_t y = 0; y < out->height; y++) {
		const uint8_t *row = shot_view_row(
			in, (int32_t)((2 * y + 1) * in->height / (2 * (int64_t)out->height)));
		uint8_t *pixel = shot_view_row(out, (int32_t)y);
		for (int64_t x = 0; x < out->width; x++, pixel += 4) {
			int64_t i = (2 * x + 1) * in->width / (2 * (int64_t)out->width);
			memcpy(pixel, row + 4 * i, 4);
		}
	}
}

static bool scale(const struct shot_view *in, enum shot_filter filter, const struct shot_view *out,
	struct shot_error *err)
{
	if (filter == SHOT_FILTER_NEAREST) {
		nearest(in, out);
		return true;
	}
	return (filter == SHOT_FILTER_BOX ? box : bilinear)(in, out, err);
}

static bool check_sides(const struct shot_view *view, struct shot_error *err)
{
	return (view->width <= SHOT_LONGEST_SIDE && view->height <= SHOT_LONGEST_SIDE) ||
	       shot_fail(err, "EGEOMETRY", "cannot scale %dx%d pixels: each side is 1 to %d",
		       view->width, view->height, SHOT_LONGEST_SIDE);
}

/* Replace the image by one in another format. */
static bool reformat(struct shot_view *image, enum shot_format format, struct shot_error *err)
{
	if (image->format == format) {
		return true;
	}
	struct shot_view copy = {0};
	bool ok = shot_image_copy(image, format, &copy, err);
	shot_view_unref(image);
	*image = copy;
	return ok;
}

bool shot_view_scale_into(const struct shot_view *view, enum shot_filter filter,
	const struct shot_view *out, struct shot_error *err)
{
	struct shot_view in, made;
	if (view->width == out->width && view->height == out->height) {
		shot_view_convert(view, out->format, out->data, out->stride);
		return true;
	}
	if (out->format != SHOT_FORMAT_BGRX) {
		if (!shot_view_scale(view, out->width, out->height, filter, &made, err)) {
			return false;
		}
		shot_view_convert(&made, out->format, out->data, out->stride);
		shot_view_unref(&made);
		return true;
	}
	if (!check_sides(view, err) || !shot_image_bgrx(view, &in, err)) {
		return false;
	}
	bool ok = scale(&in, filter, out, err);
	shot_view_unref(&in);
	return ok;
}

bool shot_view_scale(const struct shot_view *view, int32_t width, int32_t height,
	enum shot_filter filter, struct shot_view *out, struct shot_error *err)
{
	struct shot_view in, made;
	if (!check_sides(view, err)) {
		return false;
	}
	if (!shot_image_create(&made, width, height, SHOT_FORMAT_BGRX, err)) {
		return false;
	}
	bool ok = shot_image_bgrx(view, &in, err);
	if (ok) {
		ok = scale(&in, filter, &made, err);
		shot_view_unref(&in);
	}
	if (!ok) {
		shot_view_unref(&made);
		return false;
	}
	if (!reformat(&made, view->format, err)) {
		return false;
	}
	*out = made;
	return true;
}
