#include "search/pattern.h"

#include <errno.h>
#include <stdlib.h>

#include "image/pixel.h"

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

bool shot_matches_add(struct shot_matches *matches, struct shot_found found, struct shot_error *err)
{
	if (matches->count == matches->capacity) {
		size_t capacity = matches->capacity ? 2 * matches->capacity : 16;
		struct shot_found *list = realloc(matches->list, capacity * sizeof *list);
		if (!list) {
			return shot_fail_errno(
				err, ENOMEM, "cannot list more than %zu matches", matches->count);
		}
		matches->list = list;
		matches->capacity = capacity;
	}
	matches->list[matches->count++] = found;
	return true;
}

bool shot_free_places_init(struct shot_free_places *room, const struct shot_view *view,
	const struct shot_pattern *pattern, struct shot_error *err)
{
	*room = (struct shot_free_places){.width = pattern->width,
		.height = pattern->height,
		.places = view->width - pattern->width + 1};
	room->free_from = calloc((size_t)room->places, sizeof *room->free_from);
	return room->free_from || shot_fail_errno(err, ENOMEM, "cannot list the matches");
}

void shot_free_places_take(struct shot_free_places *room, int32_t x, int32_t y)
{
	int32_t first = x < room->width ? 0 : x - room->width + 1;
	for (int32_t i = first; i < x + room->width && i < room->places; i++) {
		room->free_from[i] = y + room->height;
	}
}

void shot_free_places_finish(struct shot_free_places *room)
{
	free(room->free_from);
	*room = (struct shot_free_places){0};
}
