#include "image/pixel.h"
#include "search/pattern.h"

#include <errno.h>
#include <stdlib.h>

struct detail {
	int64_t amount;
	int32_t row;
};

static int by_detail(const void *a, const void *b)
{
	const struct detail *x = a, *y = b;
	return (x->amount < y->amount) - (x->amount > y->amount);
}

int32_t *shot_pattern_order(const struct shot_pattern *pattern, struct shot_error *err)
{
	struct detail *details = malloc((size_t)pattern->height * sizeof *details);
	int32_t *order = malloc((size_t)pattern->height * sizeof *order);
	if (!details || !order) {
		free(details);
		free(order);
		shot_fail_errno(err, ENOMEM, "cannot search for %d rows", pattern->height);
		return NULL;
	}
	for (int32_t y = 0; y < pattern->height; y++) {
		const uint32_t *row = pattern->pixels + (size_t)y * (size_t)pattern->width;
		details[y] = (struct detail){.row = y};
		for (int32_t x = 1; x < pattern->width; x++) {
			details[y].amount += shot_pixel_distance(row[x], row[x - 1]);
		}
	}
	qsort(details, (size_t)pattern->height, sizeof *details, by_detail);
	for (int32_t i = 0; i < pattern->height; i++) {
		order[i] = details[i].row;
	}
	free(details);
	return order;
}
