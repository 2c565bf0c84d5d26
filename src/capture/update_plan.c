#include "capture/update_plan.h"

#include <stdint.h>
#include <stdlib.h>

/* In pixels that the server could send in the same time. Measured on Xvfb: one more request costs 2
 * to 3 us, and a pixel 0.15 to 1 ns, depending on the load of the memory. */
#define REQUEST_COST 15000
#define NARROW_FACTOR 2 /* a pixel read aside is read and written twice */
#define GAP 16		/* rows between two bands that are cheaper to read than to omit */

static int by_top(const void *a, const void *b)
{
	const struct shot_rect *left = a, *right = b;
	return (left->y > right->y) - (left->y < right->y);
}

static int32_t right_of(struct shot_rect rect)
{
	return rect.x + rect.width;
}

static int32_t bottom_of(struct shot_rect rect)
{
	return rect.y + rect.height;
}

/* Extends `band` to contain `rect`, which starts no higher. */
static void extend(struct shot_rect *band, struct shot_rect rect)
{
	int32_t right = right_of(*band), bottom = bottom_of(*band);
	band->x = rect.x < band->x ? rect.x : band->x;
	band->width = (right_of(rect) > right ? right_of(rect) : right) - band->x;
	band->height = (bottom_of(rect) > bottom ? bottom_of(rect) : bottom) - band->y;
}

static int64_t area(struct shot_rect rect)
{
	return (int64_t)rect.width * rect.height;
}

/* Chooses whole rows or a narrow piece, the cheaper one; returns the cost. */
static int64_t settle(struct shot_piece *piece, struct shot_rect picture)
{
	int64_t aside = area(piece->rect) * NARROW_FACTOR;
	int64_t in_place = (int64_t)picture.width * piece->rect.height;
	piece->is_narrow = aside < in_place;
	if (!piece->is_narrow) {
		piece->rect.x = picture.x;
		piece->rect.width = picture.width;
	}
	return REQUEST_COST + (piece->is_narrow ? aside : in_place);
}

void shot_update_plan_make(struct shot_update_plan *plan, struct shot_rect picture,
	struct shot_rect *stale, unsigned count)
{
	*plan = (struct shot_update_plan){0};
	if (count > 1) {
		qsort(stale, count, sizeof *stale, by_top);
	}
	for (unsigned i = 0; i < count; i++) {
		struct shot_rect *last =
			plan->count > 0 ? &plan->pieces[plan->count - 1].rect : NULL;
		if (last && stale[i].y <= bottom_of(*last) + GAP) {
			extend(last, stale[i]);
		} else if (plan->count < SHOT_UPDATE_PLAN_PIECES) {
			plan->pieces[plan->count++].rect = stale[i];
		} else {
			plan->is_full = true;
		}
	}
	int64_t cost = 0;
	for (unsigned i = 0; i < plan->count; i++) {
		cost += settle(&plan->pieces[i], picture);
	}
	if (plan->is_full || cost >= area(picture) + REQUEST_COST) {
		*plan = (struct shot_update_plan){.is_full = true};
	}
}
