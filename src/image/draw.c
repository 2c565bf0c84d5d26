#include "image/draw.h"
#include "image/convert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct shot_rect inside(const struct shot_view *view, struct shot_rect rect)
{
	return shot_rect_intersect(rect, (struct shot_rect){0, 0, view->width, view->height});
}

void shot_view_fill(const struct shot_view *view, struct shot_rect rect, const uint8_t rgb[3])
{
	rect = inside(view, rect);
	if (shot_rect_is_empty(rect)) {
		return;
	}
	const struct shot_view color = {.data = (uint8_t *)rgb,
		.width = 1,
		.height = 1,
		.stride = 3,
		.format = SHOT_FORMAT_RGB};
	uint8_t pixel[4];
	shot_view_convert(&color, view->format, pixel, 4);
	size_t bytes = shot_format_bytes(view->format), left = (size_t)rect.x * bytes;
	uint8_t *first = shot_view_row(view, rect.y) + left;
	for (int32_t x = 0; x < rect.width; x++) {
		memcpy(first + (size_t)x * bytes, pixel, bytes);
	}
	for (int32_t y = 1; y < rect.height; y++) {
		memcpy(shot_view_row(view, rect.y + y) + left, first, (size_t)rect.width * bytes);
	}
}

/* In 64 bits, because the far edges of a rectangle can lie anywhere. */
static void fill_far(const struct shot_view *view, int64_t x, int64_t y, int32_t width,
	int32_t height, const uint8_t rgb[3])
{
	if (x < view->width && y < view->height) {
		shot_view_fill(
			view, (struct shot_rect){(int32_t)x, (int32_t)y, width, height}, rgb);
	}
}

void shot_view_rectangle(const struct shot_view *view, struct shot_rect rect, int32_t thickness,
	const uint8_t rgb[3])
{
	int32_t smaller = rect.width < rect.height ? rect.width : rect.height;
	thickness = thickness < smaller ? thickness : smaller;
	int64_t right = (int64_t)rect.x + rect.width - thickness;
	int64_t bottom = (int64_t)rect.y + rect.height - thickness;
	fill_far(view, rect.x, rect.y, rect.width, thickness, rgb);
	fill_far(view, rect.x, bottom, rect.width, thickness, rgb);
	fill_far(view, rect.x, rect.y, thickness, rect.height, rgb);
	fill_far(view, right, rect.y, thickness, rect.height, rgb);
}

/* A copy of the pixels to blur, and the sums of its columns around the current row. */
struct blur {
	const uint8_t *pixels;
	int32_t width, height, radius;
	size_t bytes; /* of a pixel */
	uint32_t *sums;
};

static int32_t clamp(int32_t value, int32_t most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

static void add_row(struct blur *blur, int32_t y, uint32_t sign)
{
	size_t count = (size_t)blur->width * blur->bytes;
	const uint8_t *row = blur->pixels + (size_t)clamp(y, blur->height - 1) * count;
	for (size_t i = 0; i < count; i++) {
		blur->sums[i] += sign * row[i];
	}
}

/* One channel of a row. */
static void blur_row(const struct blur *blur, size_t channel, uint8_t *out)
{
	const uint32_t *sums = blur->sums + channel;
	uint32_t area = (uint32_t)(2 * blur->radius + 1) * (uint32_t)(2 * blur->radius + 1);
	uint32_t sum = 0;
	for (int32_t x = -blur->radius; x <= blur->radius; x++) {
		sum += sums[(size_t)clamp(x, blur->width - 1) * blur->bytes];
	}
	for (int32_t x = 0; x < blur->width; x++) {
		out[(size_t)x * blur->bytes + channel] = (uint8_t)((sum + area / 2) / area);
		sum += sums[(size_t)clamp(x + blur->radius + 1, blur->width - 1) * blur->bytes];
		sum -= sums[(size_t)clamp(x - blur->radius, blur->width - 1) * blur->bytes];
	}
}

bool shot_view_blur(
	const struct shot_view *view, struct shot_rect rect, int32_t radius, struct shot_error *err)
{
	rect = inside(view, rect);
	if (shot_rect_is_empty(rect)) {
		return true;
	}
	size_t bytes = shot_format_bytes(view->format), row = (size_t)rect.width * bytes;
	uint8_t *pixels = malloc(row * (size_t)rect.height);
	uint32_t *sums = calloc(row, sizeof *sums);
	if (!pixels || !sums) {
		free(pixels);
		free(sums);
		return shot_fail_errno(
			err, ENOMEM, "cannot blur %dx%d pixels", rect.width, rect.height);
	}
	for (int32_t y = 0; y < rect.height; y++) {
		memcpy(pixels + (size_t)y * row,
			shot_view_row(view, rect.y + y) + (size_t)rect.x * bytes, row);
	}
	struct blur blur = {pixels, rect.width, rect.height, radius, bytes, sums};
	for (int32_t y = -radius; y < radius; y++) {
		add_row(&blur, y, 1);
	}
	for (int32_t y = 0; y < rect.height; y++) {
		add_row(&blur, y + radius, 1);
		uint8_t *out = shot_view_row(view, rect.y + y) + (size_t)rect.x * bytes;
		for (size_t channel = 0; channel < bytes; channel++) {
			blur_row(&blur, channel, out);
		}
		add_row(&blur, y - radius, (uint32_t)-1);
	}
	free(pixels);
	free(sums);
	return true;
}
