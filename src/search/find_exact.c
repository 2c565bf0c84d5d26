#include "search/find_exact.h"

#include "image/pixel.h"
#include "image/vector.h"

#define BLOCK 256     /* places that are tested together */
#define BUCKETS 65536 /* of pairs of pixels, by a hash */
#define STEP_X 3      /* of the picture's pixels, which are counted */
#define STEP_Y 7

/* Two neighboring pixels of the pattern that are rare in the picture. */
struct anchor {
	int32_t x, y;
	uint32_t left, right, keep_left, keep_right;
};

static uint32_t bucket(uint32_t left, uint32_t right)
{
	return (left * 0x9e3779b1u + right * 0x85ebca77u) >> 16;
}

/* Counts the pairs of the picture. */
static void count_pairs(const struct shot_view *view, uint16_t counts[BUCKETS])
{
	memset(counts, 0, BUCKETS * sizeof *counts);
	for (int32_t y = 0; y < view->height; y += STEP_Y) {
		const uint8_t *row = shot_view_row(view, y);
		for (int32_t x = 0; x < view->width - 1; x += STEP_X) {
			uint16_t *count = &counts[bucket(shot_pixel(row, x) & SHOT_COLOR_MASK,
				shot_pixel(row, x + 1) & SHOT_COLOR_MASK)];
			*count += *count < UINT16_MAX;
		}
	}
}

static struct anchor choose(const struct shot_view *view, const struct shot_pattern *pattern)
{
	uint16_t counts[BUCKETS];
	count_pairs(view, counts);
	int32_t least = INT32_MAX;
	struct anchor best = {0};
	for (int32_t y = 0; y < pattern->height; y++) {
		for (int32_t x = 0; x < pattern->width; x++) {
			size_t at = (size_t)y * (size_t)pattern->width + (size_t)x;
			bool is_pair = x + 1 < pattern->width && pattern->keep[at + 1];
			uint32_t right = is_pair ? pattern->pixels[at + 1] : 0;
			/* Without two neighboring pixels, the anchor is a single pixel. */
			int32_t count = is_pair ? counts[bucket(pattern->pixels[at], right)]
						: UINT16_MAX + 1;
			if (pattern->keep[at] && count < least) {
				least = count;
				best = (struct anchor){x, y, pattern->pixels[at], right,
					SHOT_COLOR_MASK, is_pair ? SHOT_COLOR_MASK : 0};
			}
		}
	}
	return best;
}

/* Whether any of `count` places has the anchor. */
SHOT_VECTORIZED static bool has_pair(const uint8_t *row, int32_t count, const struct anchor *anchor)
{
	uint32_t left = anchor->left, right = anchor->right;
	uint32_t keep = anchor->keep_right, found = 0;
	for (int32_t i = 0; i < count; i++) {
		uint32_t bits = (shot_pixel(row, i) & SHOT_COLOR_MASK) ^ left;
		bits |= (shot_pixel(row, i + 1) & keep) ^ right;
		found |= bits == 0;
	}
	return found;
}

SHOT_VECTORIZED static bool has_pixel(const uint8_t *row, int32_t count, uint32_t wanted)
{
	uint32_t found = 0;
	for (int32_t i = 0; i < count; i++) {
		found |= (shot_pixel(row, i) & SHOT_COLOR_MASK) == wanted;
	}
	return found;
}

SHOT_VECTORIZED static bool is_equal(
	const uint8_t *row, const uint32_t *pixels, const uint32_t *keep, int32_t count)
{
	uint32_t bits = 0;
	for (int32_t i = 0; i < count; i++) {
		bits |= (shot_pixel(row, i) & keep[i]) ^ pixels[i];
	}
	return bits == 0;
}

/* Compares the anchor's row first, because it is the most distinctive. */
static bool is_at(const struct shot_view *view, const struct shot_pattern *pattern, int32_t x,
	int32_t y, int32_t first)
{
	for (int32_t i = 0; i < pattern->height; i++) {
		int32_t row = (first + i) % pattern->height;
		size_t at = (size_t)row * (size_t)pattern->width;
		if (!is_equal(shot_view_row(view, y + row) + 4 * (size_t)x, pattern->pixels + at,
			    pattern->keep + at, pattern->width)) {
			return false;
		}
	}
	return true;
}

struct search {
	const struct shot_view *view;
	const struct shot_pattern *pattern;
	struct anchor anchor;
	struct shot_matches *out;
	bool all;
	struct shot_free_places free; /* if all matches are wanted */
};

/* Compares the pattern at each place from `x` to `end`. */
static bool look_closely(
	struct search *search, int32_t x, int32_t end, int32_t y, struct shot_error *err)
{
	const struct anchor *anchor = &search->anchor;
	const uint8_t *row = shot_view_row(search->view, y + anchor->y) + 4 * (size_t)anchor->x;
	for (; x < end; x++) {
		if ((shot_pixel(row, x) & SHOT_COLOR_MASK) != anchor->left ||
			(anchor->keep_right &&
				(shot_pixel(row, x + 1) & SHOT_COLOR_MASK) != anchor->right) ||
			(search->all && !shot_free_places_is_free(&search->free, x, y)) ||
			!is_at(search->view, search->pattern, x, y, anchor->y)) {
			continue;
		}
		if (!shot_matches_add(search->out, (struct shot_found){x, y, 0}, err)) {
			return false;
		}
		if (!search->all) {
			return true;
		}
		shot_free_places_take(&search->free, x, y);
	}
	return true;
}

static bool scan(struct search *search, struct shot_error *err)
{
	const struct anchor *anchor = &search->anchor;
	const struct shot_view *view = search->view;
	int32_t places = view->width - search->pattern->width + 1;
	for (int32_t y = 0; y + search->pattern->height <= view->height; y++) {
		const uint8_t *row = shot_view_row(view, y + anchor->y) + 4 * (size_t)anchor->x;
		for (int32_t x = 0; x < places; x += BLOCK) {
			int32_t count = places - x < BLOCK ? places - x : BLOCK;
			const uint8_t *at = row + 4 * (size_t)x;
			bool is_possible = anchor->keep_right ? has_pair(at, count, anchor)
							      : has_pixel(at, count, anchor->left);
			if (is_possible && !look_closely(search, x, x + count, y, err)) {
				return false;
			}
			if (search->out->count && !search->all) {
				return true;
			}
		}
	}
	return true;
}

bool shot_find_exact(const struct shot_view *view, const struct shot_pattern *pattern, bool all,
	struct shot_matches *out, struct shot_error *err)
{
	struct search search = {.view = view, .pattern = pattern, .out = out, .all = all};
	if (all && !shot_free_places_init(&search.free, view, pattern, err)) {
		return false;
	}
	search.anchor = choose(view, pattern);
	bool ok = scan(&search, err);
	shot_free_places_finish(&search.free);
	return ok;
}
