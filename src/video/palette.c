#include "video/palette.h"

#include <stdlib.h>
#include <string.h>

enum {
	NEAR = 3 * 12 * 12, /* the square of a distance that is hardly visible */
	FEW = 64,	    /* one pixel in this number may be farther away */
	CHANNELS = 3,
};

static const uint32_t OPAQUE = 0xff000000;

static uint32_t color_at(const uint8_t *pixel)
{
	return OPAQUE | (uint32_t)pixel[2] << 16 | (uint32_t)pixel[1] << 8 | pixel[0];
}

static int channel(uint32_t color, int i)
{
	return (int)(color >> 8 * i & 255);
}

static int distance(uint32_t a, uint32_t b)
{
	int sum = 0;
	for (int i = 0; i < CHANNELS; i++) {
		int difference = channel(a, i) - channel(b, i);
		sum += difference * difference;
	}
	return sum;
}

static int search(const struct shot_palette *palette, uint32_t color)
{
	int best = 0, least = INT32_MAX;
	for (int i = 0; i < palette->count && least > 0; i++) {
		int far = distance(palette->colors[i], color);
		if (far < least) {
			least = far;
			best = i;
		}
	}
	return best;
}

/* Finds the number of the nearest color. */
static int nearest(struct shot_palette *palette, uint32_t color)
{
	uint32_t key = (color * UINT32_C(2654435761)) >> 17;
	if (palette->cache[key] < 0 || palette->cached[key] != color) {
		palette->cache[key] = (int16_t)search(palette, color);
		palette->cached[key] = color;
	}
	return palette->cache[key];
}

bool shot_palette_fits(
	struct shot_palette *palette, const struct shot_view *view, struct shot_rect rect)
{
	int64_t pixels = (int64_t)rect.width * rect.height, strange = 0;
	for (int32_t y = rect.y; palette->count > 0 && y < rect.y + rect.height; y++) {
		const uint8_t *row = shot_view_row(view, y);
		for (int32_t x = rect.x; x < rect.x + rect.width; x++) {
			uint32_t color = color_at(row + 4 * (size_t)x);
			uint32_t near = palette->colors[nearest(palette, color)];
			strange += near != color && distance(near, color) > NEAR;
		}
	}
	return palette->count > 0 && strange <= pixels / FEW;
}

/* --- choosing -----------------------------------------------------------------------------------
 */

struct entry {
	uint32_t color, pixels;
};

/* A part of the space of colors: those of the list from `first` on. */
struct box {
	size_t first, count;
	uint64_t pixels;
	int widest, width; /* the channel in which its colors differ most, and the difference */
};

static int compare_colors(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

static void measure(struct box *box, const struct entry *list)
{
	box->pixels = 0;
	box->width = -1;
	for (size_t i = 0; i < box->count; i++) {
		box->pixels += list[box->first + i].pixels;
	}
	for (int c = 0; c < CHANNELS; c++) {
		int low = 255, high = 0;
		for (size_t i = 0; i < box->count; i++) {
			int value = channel(list[box->first + i].color, c);
			low = value < low ? value : low;
			high = value > high ? value : high;
		}
		if (high - low > box->width) {
			box->width = high - low;
			box->widest = c;
		}
	}
}

/* Sorts the entries of a box by one channel: a counting sort, because there are 256 values. */
static void sort(struct entry *list, struct entry *room, const struct box *box)
{
	size_t starts[257] = {0};
	for (size_t i = 0; i < box->count; i++) {
		starts[channel(list[box->first + i].color, box->widest) + 1]++;
	}
	for (int i = 0; i < 256; i++) {
		starts[i + 1] += starts[i];
	}
	for (size_t i = 0; i < box->count; i++) {
		struct entry entry = list[box->first + i];
		room[starts[channel(entry.color, box->widest)]++] = entry;
	}
	memcpy(list + box->first, room, box->count * sizeof *room);
}

/* Finds the entry that halves the pixels; both sides get an entry. */
static size_t middle(const struct entry *list, const struct box *box)
{
	uint64_t sum = 0;
	size_t i = 0;
	while (i + 1 < box->count && (i == 0 || 2 * sum < box->pixels)) {
		sum += list[box->first + i++].pixels;
	}
	return i;
}

static uint32_t mean(const struct entry *list, const struct box *box)
{
	uint64_t sums[CHANNELS] = {0};
	for (size_t i = 0; i < box->count; i++) {
		for (int c = 0; c < CHANNELS; c++) {
			sums[c] += (uint64_t)channel(list[box->first + i].color, c) *
				   list[box->first + i].pixels;
		}
	}
	uint32_t color = OPAQUE;
	for (int c = 0; c < CHANNELS; c++) {
		color |= (uint32_t)((sums[c] + box->pixels / 2) / box->pixels) << 8 * c;
	}
	return color;
}

static int cut(struct entry *list, struct entry *room, size_t count, uint32_t *colors)
{
	struct box boxes[SHOT_PALETTE_COLORS] = {{.first = 0, .count = count}};
	int used = 1;
	measure(&boxes[0], list);
	while (used < SHOT_PALETTE_COLORS) {
		struct box *worst = NULL;
		double most = 0;
		for (int i = 0; i < used; i++) {
			double weight = (double)boxes[i].pixels * boxes[i].width;
			if (boxes[i].count > 1 && weight > most) {
				most = weight;
				worst = &boxes[i];
			}
		}
		if (!worst) {
			break;
		}
		sort(list, room, worst);
		size_t half = middle(list, worst);
		boxes[used] = (struct box){worst->first + half, worst->count - half, 0, 0, 0};
		worst->count = half;
		measure(worst, list);
		measure(&boxes[used++], list);
	}
	for (int i = 0; i < used; i++) {
		colors[i] = mean(list, &boxes[i]);
	}
	return used;
}

/* Lists the colors of a picture with their numbers of pixels, in place of the sorted pixels. */
static size_t list_colors(const struct shot_view *view, uint32_t *pixels, struct entry *list)
{
	size_t total = 0, count = 0;
	for (int32_t y = 0; y < view->height; y++) {
		const uint8_t *row = shot_view_row(view, y);
		for (int32_t x = 0; x < view->width; x++) {
			pixels[total++] = color_at(row + 4 * (size_t)x);
		}
	}
	qsort(pixels, total, sizeof *pixels, compare_colors);
	for (size_t i = 0; i < total; i++) {
		if (count == 0 || list[count - 1].color != pixels[i]) {
			list[count++] = (struct entry){pixels[i], 0};
		}
		list[count - 1].pixels++;
	}
	return count;
}

bool shot_palette_choose(
	struct shot_palette *palette, const struct shot_view *view, struct shot_error *err)
{
	size_t total = (size_t)view->width * (size_t)view->height;
	uint32_t *pixels = malloc(total * sizeof *pixels);
	struct entry *list = malloc(total * sizeof *list), *room = malloc(total * sizeof *room);
	bool ok = pixels && list && room;
	if (ok) {
		size_t count = list_colors(view, pixels, list);
		memset(palette->colors, 0, sizeof palette->colors);
		palette->count = cut(list, room, count, palette->colors);
		memset(palette->cache, 0xff, sizeof palette->cache);
	}
	free(pixels);
	free(list);
	free(room);
	return ok || shot_fail(err, "ENOMEM", "no memory for a palette");
}

bool shot_palette_map(struct shot_palette *palette, const struct shot_view *view,
	struct shot_rect rect, uint8_t *out, size_t stride)
{
	bool differs = false;
	for (int32_t y = rect.y; y < rect.y + rect.height; y++) {
		const uint8_t *row = shot_view_row(view, y);
		uint8_t *to = out + (size_t)y * stride;
		for (int32_t x = rect.x; x < rect.x + rect.width; x++) {
			uint8_t number = (uint8_t)nearest(palette, color_at(row + 4 * (size_t)x));
			differs |= to[x] != number;
			to[x] = number;
		}
	}
	return differs;
}
