/* Luma and color by their definition in floating point (BT.709), and what is written of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "video/planes.h"

struct canvas {
	struct shot_view view;
	struct shot_planes planes;
};

static struct canvas make(int32_t width, int32_t height, bool is_padded)
{
	struct canvas canvas = {0};
	struct shot_error err;
	assert_true(shot_image_create(&canvas.view, width, height, SHOT_FORMAT_BGRX, &err));
	for (int32_t y = 0; y < height; y++) {
		for (int32_t x = 0; x < 4 * width; x++) {
			shot_view_row(&canvas.view, y)[x] = (uint8_t)rand();
		}
	}
	int32_t wide = width + (is_padded ? width % 2 : 0);
	int32_t high = height + (is_padded ? height % 2 : 0);
	canvas.planes = (struct shot_planes){.width = wide, .height = high};
	for (int i = 0; i < 3; i++) {
		canvas.planes.stride[i] = (size_t)width + 16;
		canvas.planes.data[i] = test_calloc(canvas.planes.stride[i], (size_t)height + 2);
	}
	return canvas;
}

static void drop(struct canvas *canvas)
{
	for (int i = 0; i < 3; i++) {
		test_free(canvas->planes.data[i]);
	}
	shot_view_unref(&canvas->view);
}

static void pixel_of(const struct canvas *canvas, int32_t x, int32_t y, double rgb[3])
{
	const struct shot_view *view = &canvas->view;
	uint8_t pixel[3];
	shot_view_pixel(view, x < view->width ? x : view->width - 1,
		y < view->height ? y : view->height - 1, pixel);
	for (int i = 0; i < 3; i++) {
		rgb[i] = pixel[i];
	}
}

static double luma_of(const double rgb[3])
{
	return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
}

static void is_near(double wanted, uint8_t got)
{
	assert_true(fabs(wanted - got) < 0.51);
}

static void check(const struct canvas *canvas)
{
	const struct shot_planes *planes = &canvas->planes;
	double rgb[3];
	for (int32_t y = 0; y < planes->height; y++) {
		for (int32_t x = 0; x < planes->width; x++) {
			pixel_of(canvas, x, y, rgb);
			is_near(16 + 219 * luma_of(rgb) / 255,
				planes->data[0][(size_t)y * planes->stride[0] + (size_t)x]);
		}
	}
	for (int32_t y = 0; y < planes->height; y += 2) {
		for (int32_t x = 0; x < planes->width; x += 2) {
			double mean[3] = {0};
			for (int i = 0; i < 4; i++) {
				pixel_of(canvas, x + i % 2, y + i / 2, rgb);
				for (int c = 0; c < 3; c++) {
					mean[c] += rgb[c] / 4;
				}
			}
			size_t at = (size_t)y / 2 * planes->stride[1] + (size_t)x / 2;
			is_near(128 + 224 * (mean[2] - luma_of(mean)) / (2 * 0.9278) / 255,
				planes->data[1][at]);
			is_near(128 + 224 * (mean[0] - luma_of(mean)) / (2 * 0.7874) / 255,
				planes->data[2][at]);
		}
	}
}

static void converts_to_the_nearest_values(void **state)
{
	(void)state;
	const int32_t sizes[][2] = {{2, 2}, {64, 48}, {1030, 6}, {33, 21}, {1, 1}, {513, 3}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		for (int padded = 0; padded < 2; padded++) {
			struct canvas canvas = make(sizes[i][0], sizes[i][1], padded);
			const struct shot_rect all = {0, 0, sizes[i][0], sizes[i][1]};
			assert_true(shot_planes_update(&canvas.planes, &canvas.view, all));
			check(&canvas);
			assert_false(shot_planes_update(&canvas.planes, &canvas.view, all));
			drop(&canvas);
		}
	}
}

static void converts_a_part_alone(void **state)
{
	(void)state;
	struct canvas canvas = make(101, 67, true);
	const struct shot_rect all = {0, 0, 101, 67};
	shot_planes_update(&canvas.planes, &canvas.view, all);
	for (int i = 0; i < 200; i++) {
		struct shot_rect rect = {rand() % 101, rand() % 67, 0, 0};
		rect.width = 1 + rand() % (101 - rect.x);
		rect.height = 1 + rand() % (67 - rect.y);
		for (int32_t y = rect.y; y < rect.y + rect.height; y++) {
			memset(shot_view_row(&canvas.view, y) + 4 * (size_t)rect.x, rand(),
				4 * (size_t)rect.width);
		}
		shot_planes_update(&canvas.planes, &canvas.view, rect);
		check(&canvas);
	}
	memset(canvas.view.data, 0, canvas.view.stride * 67);
	assert_true(
		shot_planes_update(&canvas.planes, &canvas.view, (struct shot_rect){0, 0, 2, 2}));
	assert_false(
		shot_planes_update(&canvas.planes, &canvas.view, (struct shot_rect){0, 0, 1, 1}));
	drop(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts_to_the_nearest_values),
		cmocka_unit_test(converts_a_part_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
