/* Paint the root window, the same on every machine: desktop plasma|gradient|plain. The windows on
 * it are desktop.py's. */
#include <math.h>
#include <string.h>
#include <xcb/xcb.h>

#include "serve.h"

struct picture {
	int width, height;
	float *channels[3]; /* red, green, blue, each 0 to 255 */
};

static float noise(uint32_t x, uint32_t y, uint32_t seed)
{
	uint32_t hash = x * 0x9e3779b1u ^ y * 0x85ebca77u ^ seed * 0xc2b2ae3du;
	hash = (hash ^ hash >> 15) * 0x2c1b3c6du;
	hash = (hash ^ hash >> 12) * 0x297a2d39u;
	return (float)((hash ^ hash >> 15) >> 8) / (float)(1 << 23) - 1;
}

static float ease(float t)
{
	return t * t * (3 - 2 * t);
}

/* Add noise that varies over `cell` pixels. */
static void add_octave(
	float *channel, int width, int height, int cell, float amplitude, uint32_t seed)
{
	int columns = width / cell + 2;
	float *line = malloc((size_t)columns * sizeof(*line));
	for (int y = 0; y < height; y++) {
		float down = ease((float)(y % cell) / (float)cell);
		for (int column = 0; column < columns; column++) {
			float above = noise((uint32_t)column, (uint32_t)(y / cell), seed);
			float below = noise((uint32_t)column, (uint32_t)(y / cell + 1), seed);
			line[column] = above + (below - above) * down;
		}
		for (int x = 0; x < width; x++) {
			float left = line[x / cell], right = line[x / cell + 1];
			float across = ease((float)(x % cell) / (float)cell);
			channel[(size_t)y * (size_t)width + (size_t)x] +=
				amplitude * (left + (right - left) * across);
		}
	}
	free(line);
}

/* The mean of each pixel and its eight neighbors. */
static void blur(float *channel, int width, int height)
{
	size_t size = (size_t)width * (size_t)height;
	float *copy = malloc(size * sizeof(*copy));
	memcpy(copy, channel, size * sizeof(*copy));
	for (int y = 1; y < height - 1; y++) {
		for (int x = 1; x < width - 1; x++) {
			float total = 0;
			for (int dy = -1; dy <= 1; dy++) {
				const float *row = copy + (size_t)(y + dy) * (size_t)width + x;
				total += row[-1] + row[0] + row[1];
			}
			channel[(size_t)y * (size_t)width + (size_t)x] = total / 9;
		}
	}
	free(copy);
}

/* Photo-like: the same shapes in all channels, large ones strong and small ones faint, and a tint
 * that changes slowly. */
static void paint_plasma(struct picture *picture)
{
	int width = picture->width, height = picture->height;
	for (uint32_t channel = 0; channel < 3; channel++) {
		float *out = picture->channels[channel];
		float amplitude = 70;
		for (int cell = 1024; cell >= 1; cell /= 2) {
			add_octave(out, width, height, cell, amplitude, (uint32_t)cell);
			add_octave(out, width, height, cell, amplitude / 3,
				(uint32_t)cell + channel * 4096 + 4096);
			amplitude *= 0.57f;
		}
		for (size_t i = 0; i < (size_t)width * (size_t)height; i++) {
			out[i] = 128 + out[i];
		}
		blur(out, width, height);
	}
}

static void paint_gradient(struct picture *picture)
{
	static const float from[3] = {20, 30, 80}, to[3] = {250, 170, 90};
	for (int y = 0; y < picture->height; y++) {
		for (int x = 0; x < picture->width; x++) {
			float way = ((float)x / (float)picture->width +
					    (float)y / (float)picture->height) /
				    2;
			for (int channel = 0; channel < 3; channel++) {
				picture->channels[channel]
						 [(size_t)y * (size_t)picture->width + (size_t)x] =
					from[channel] + (to[channel] - from[channel]) * way;
			}
		}
	}
}

static void paint_plain(struct picture *picture)
{
	static const float color[3] = {46, 82, 110};
	for (int channel = 0; channel < 3; channel++) {
		for (size_t i = 0; i < (size_t)picture->width * (size_t)picture->height; i++) {
			picture->channels[channel][i] = color[channel];
		}
	}
}

static uint32_t level(float value)
{
	return value < 0 ? 0 : value > 255 ? 255 : (uint32_t)(value + 0.5f);
}

/* Make the picture the root window's background. */
static void show(
	const struct picture *picture, xcb_connection_t *connection, const xcb_screen_t *screen)
{
	enum { BAND = 64 };
	xcb_pixmap_t pixmap = xcb_generate_id(connection);
	xcb_gcontext_t context = xcb_generate_id(connection);
	xcb_create_pixmap(connection, screen->root_depth, pixmap, screen->root,
		(uint16_t)picture->width, (uint16_t)picture->height);
	xcb_create_gc(connection, context, pixmap, 0, NULL);
	uint32_t *band = malloc((size_t)picture->width * BAND * sizeof(*band));
	for (int top = 0; top < picture->height; top += BAND) {
		int rows = picture->height - top < BAND ? picture->height - top : BAND;
		size_t pixels = (size_t)rows * (size_t)picture->width;
		size_t first = (size_t)top * (size_t)picture->width;
		for (size_t i = 0; i < pixels; i++) {
			band[i] = level(picture->channels[0][first + i]) << 16 |
				  level(picture->channels[1][first + i]) << 8 |
				  level(picture->channels[2][first + i]);
		}
		xcb_put_image(connection, XCB_IMAGE_FORMAT_Z_PIXMAP, pixmap, context,
			(uint16_t)picture->width, (uint16_t)rows, 0, (int16_t)top, 0,
			screen->root_depth, (uint32_t)(pixels * 4), (uint8_t *)band);
	}
	free(band);
	xcb_change_window_attributes(connection, screen->root, XCB_CW_BACK_PIXMAP, &pixmap);
	xcb_clear_area(connection, 0, screen->root, 0, 0, 0, 0);
	xcb_free_pixmap(connection, pixmap);
	free(xcb_get_input_focus_reply(connection, xcb_get_input_focus(connection), NULL));
}

int main(int argc, char **argv)
{
	xcb_connection_t *connection = xcb_connect(NULL, NULL);
	if (argc != 2 || xcb_connection_has_error(connection)) {
		bench_die("usage: desktop plasma|gradient|plain, with an X server in DISPLAY");
	}
	const xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(connection)).data;
	struct picture picture = {screen->width_in_pixels, screen->height_in_pixels, {0}};
	for (int channel = 0; channel < 3; channel++) {
		picture.channels[channel] =
			calloc((size_t)picture.width * (size_t)picture.height, sizeof(float));
	}
	if (strcmp(argv[1], "plasma") == 0) {
		paint_plasma(&picture);
	} else if (strcmp(argv[1], "gradient") == 0) {
		paint_gradient(&picture);
	} else {
		paint_plain(&picture);
	}
	show(&picture, connection, screen);
	for (int channel = 0; channel < 3; channel++) {
		free(picture.channels[channel]);
	}
	xcb_disconnect(connection);
	return 0;
}
