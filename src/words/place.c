#include "words/place.h"

#include <stdlib.h>
#include <string.h>

static int32_t right_of(const struct shot_rect *box)
{
	return box->x + box->width;
}

static int compare(const void *a, const void *b, void *argument)
{
	const struct shot_part *parts = argument;
	const struct shot_rect *left = &parts[*(const size_t *)a].box;
	const struct shot_rect *right = &parts[*(const size_t *)b].box;
	return (left->x > right->x) - (left->x < right->x);
}

/* Fits a box around the letters whose middles it spans; unchanged if there are none. */
static struct shot_rect place_by_middles(const struct shot_rect *box, const struct shot_part *parts,
	const size_t *letters, size_t count)
{
	struct shot_rect found = {0};
	for (size_t i = 0; i < count; i++) {
		const struct shot_rect *letter = &parts[letters[i]].box;
		int32_t middle = letter->x + letter->width / 2;
		if (middle >= box->x - 1 && middle <= right_of(box) + 1) {
			found = shot_rect_is_empty(found) ? *letter
							  : shot_rect_unite(found, *letter);
		}
	}
	return shot_rect_is_empty(found) ? *box : found;
}

/* Measures the gap before each letter to those on its left; 0 before the first. */
static void measure_gaps(
	const struct shot_part *parts, const size_t *letters, size_t count, int32_t *gaps)
{
	int32_t right = parts[letters[0]].box.x;
	for (size_t i = 0; i < count; i++) {
		const struct shot_rect *letter = &parts[letters[i]].box;
		gaps[i] = i > 0 ? letter->x - right : 0;
		right = right_of(letter) > right ? right_of(letter) : right;
	}
}

static int compare_gaps(const void *a, const void *b)
{
	int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
	return (left < right) - (left > right);
}

/* Finds the least width of a space that makes `wanted` spaces of the gaps; 0 if there is none. */
static int32_t least_space(const int32_t *gaps, int32_t *sorted, size_t count, size_t wanted)
{
	if (wanted == 0) {
		return INT32_MAX;
	} else if (wanted >= count) {
		return 0;
	}
	memcpy(sorted, gaps, count * sizeof *gaps);
	qsort(sorted, count, sizeof *sorted, compare_gaps);
	int32_t least = sorted[wanted - 1];
	return least > 0 && sorted[wanted] < least ? least : 0;
}

/* Places one word between each two spaces. False when a place is not near the engine's box. */
static bool place_by_spaces(struct shot_words *words, const struct shot_part *parts,
	const size_t *letters, const int32_t *gaps, size_t count, int32_t space,
	struct shot_rect *boxes)
{
	size_t word = 0;
	for (size_t i = 0; i < count; i++) {
		const struct shot_rect *letter = &parts[letters[i]].box;
		bool is_first = i == 0 || gaps[i] >= space;
		word += is_first && i > 0;
		boxes[word] = is_first ? *letter : shot_rect_unite(boxes[word], *letter);
	}
	for (size_t i = 0; i < words->count; i++) {
		const struct shot_rect *seen = &words->list[i].box;
		if (boxes[i].x >= right_of(seen) || seen->x >= right_of(&boxes[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < words->count; i++) {
		words->list[i].box = boxes[i];
	}
	return true;
}

void shot_words_place(
	struct shot_words *words, const struct shot_part *parts, size_t *letters, size_t count)
{
	qsort_r(letters, count, sizeof *letters, compare, (void *)parts);
	int32_t *gaps = calloc(2 * count + 1, sizeof *gaps);
	struct shot_rect *boxes = calloc(words->count + 1, sizeof *boxes);
	bool is_placed = false;
	if (gaps && boxes && count > 0 && words->count > 0) {
		measure_gaps(parts, letters, count, gaps);
		int32_t space = least_space(gaps, gaps + count, count, words->count - 1);
		is_placed = space > 0 &&
			    place_by_spaces(words, parts, letters, gaps, count, space, boxes);
	}
	free(gaps);
	free(boxes);
	for (size_t i = 0; !is_placed && i < words->count; i++) {
		words->list[i].box = place_by_middles(&words->list[i].box, parts, letters, count);
	}
}
