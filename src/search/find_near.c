#include "search/find_near.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "image/vector.h"
#include "search/difference.h"
#include "search/find_bound.h"

#define PIECE 64 /* places whose bounds are tested together */
#define GENEROUS \
	30 /* how much a pixel may differ for the most promising places to be worth a search */
#define PART_PLACES (1 << 15) /* for each thread, so that it is worth its start */
#define TOP_PLACES (1 << 12)  /* if bounds reject them, less time than the start of a thread */
#define TOP_SUMS (1 << 15)    /* likewise */

/* A search that threads share: each takes a band of rows. */
struct job {
	const struct shot_view *view;
	const struct shot_pattern *pattern;
	bool all, is_generous;
	struct shot_difference difference;
	_Atomic int64_t limit; /* a match must have a rank below this */
	int32_t places;	       /* of the pattern in a row */
};

/* One thread's part. */
struct search {
	struct job *job;
	int part;
	int32_t first, end; /* rows of places */
	bool goes_on;	    /* after the bounds of the row before the first */
	int32_t *order;	    /* the pattern's rows, those first that reject a place soonest */
	struct shot_bounds bounds;
	struct shot_free_places
		free; /* if all matches are wanted: the places that no perfect match overlaps */
	struct shot_matches matches;
	struct shot_error err;
	bool ok;
};

/* Matches by difference, and of equals by part, so that the first in reading order is best. */
static int64_t rank(int64_t difference, int part)
{
	return difference * SHOT_PARALLEL_MOST + part;
}

static void lower_limit(struct job *job, int64_t to)
{
	int64_t limit = atomic_load_explicit(&job->limit, memory_order_relaxed);
	while (to < limit && !atomic_compare_exchange_weak_explicit(&job->limit, &limit, to,
				     memory_order_relaxed, memory_order_relaxed)) {
	}
}

/* The most that a match of this part may differ; less than 0 when none can be better. */
static int64_t budget_of(const struct search *search)
{
	int64_t limit = atomic_load_explicit(&search->job->limit, memory_order_relaxed);
	return limit > search->part ? (limit - 1 - search->part) / SHOT_PARALLEL_MOST : -1;
}

SHOT_VECTORIZED static uint32_t lowest(const uint32_t *bounds, int32_t count)
{
	uint32_t least = UINT32_MAX;
	for (int32_t i = 0; i < count; i++) {
		least = bounds[i] < least ? bounds[i] : least;
	}
	return least;
}

static int64_t difference_at(struct search *search, int32_t x, int32_t y, int64_t budget)
{
	return shot_difference_at(&search->job->difference, search->order, x, y, budget);
}

/* Whether the place may be better than the matches so far. */
static bool is_open(const struct search *search, int32_t x, int32_t y, int64_t budget)
{
	return search->bounds.list[x] <= budget &&
	       (!search->job->all || shot_free_places_is_free(&search->free, x, y));
}

static bool take(struct search *search, int32_t x, int32_t y, int64_t difference)
{
	if (!search->job->all) {
		search->matches.count = 0;
		lower_limit(search->job, rank(difference, search->part));
	} else if (difference == 0) {
		shot_free_places_take(&search->free, x, y); /* no match is better */
	}
	return shot_matches_add(
		&search->matches, (struct shot_found){x, y, difference}, &search->err);
}

/* Whether this place and the next three are open. */
static bool are_four_open(
	const struct search *search, int32_t x, int32_t end, int32_t y, int64_t budget)
{
	int32_t next = x;
	while (next < end && next < x + 4 && is_open(search, next, y, budget)) {
		next++;
	}
	return next == x + 4;
}

static bool look_closely(struct search *search, int32_t x, int32_t count, int32_t y)
{
	int64_t differences[4];
	for (int32_t end = x + count, next; x < end; x = next) {
		int64_t budget = budget_of(search);
		next = x + 1;
		if (!is_open(search, x, y, budget)) {
			continue;
		}
		if (are_four_open(search, x, end, y, budget)) {
			next = x + 4;
			shot_difference_at_four(
				&search->job->difference, search->order, x, y, budget, differences);
		} else {
			differences[0] = difference_at(search, x, y, budget);
		}
		for (int32_t i = x; i < next; i++) {
			budget = budget_of(search);
			if (differences[i - x] <= budget && is_open(search, i, y, budget) &&
				!take(search, i, y, differences[i - x])) {
				return false;
			}
		}
	}
	return true;
}

static int32_t piece_at(const struct search *search, int32_t x)
{
	int32_t places = search->job->places;
	return places - x < PIECE ? places - x : PIECE;
}

/* If one match is wanted and the tolerance is large: tests the most promising place of each piece
 * first, so that the others are rejected sooner. */
static void look_ahead(struct search *search)
{
	shot_bounds_rewind(&search->bounds, search->first);
	for (int32_t y = search->first; y < search->end; y++) {
		shot_bounds_make(&search->bounds, y);
		for (int32_t x = 0; x < search->job->places; x += PIECE) {
			uint32_t bound = lowest(search->bounds.list + x, piece_at(search, x));
			int64_t budget = budget_of(search);
			int32_t place = x;
			if (bound >= budget) {
				continue;
			}
			while (search->bounds.list[place] != bound) {
				place++;
			}
			int64_t difference = difference_at(search, place, y, budget);
			lower_limit(search->job, rank(difference + 1, 0));
		}
	}
}

static bool scan(struct search *search)
{
	if (!search->goes_on) {
		shot_bounds_rewind(&search->bounds, search->first);
	}
	for (int32_t y = search->first; y < search->end && budget_of(search) >= 0; y++) {
		shot_bounds_make(&search->bounds, y);
		for (int32_t x = 0; x < search->job->places; x += PIECE) {
			int32_t count = piece_at(search, x);
			int64_t budget = budget_of(search);
			if (budget < 0) {
				return true;
			}
			if (lowest(search->bounds.list + x, count) <= budget &&
				!look_closely(search, x, count, y)) {
				return false;
			}
		}
	}
	return true;
}

static void run(void *context, unsigned part)
{
	struct search *search = (struct search *)context + part;
	if (search->job->is_generous) {
		look_ahead(search);
	}
	search->ok = search->ok && scan(search);
}

static bool prepare(
	struct search *search, struct job *job, int part, int tolerance, struct shot_error *err)
{
	search->job = job;
	search->part = part;
	search->order = shot_pattern_order(job->pattern, err);
	search->ok =
		search->order &&
		shot_bounds_init(&search->bounds, job->view, job->pattern, tolerance, err) &&
		(!job->all || shot_free_places_init(&search->free, job->view, job->pattern, err));
	return search->ok;
}

static void share_rows(struct search *searches, unsigned parts, int32_t first, int32_t end)
{
	for (unsigned i = 0; i < parts; i++) {
		searches[i].first = first + (int32_t)((int64_t)(end - first) * i / parts);
		searches[i].end = first + (int32_t)((int64_t)(end - first) * (i + 1) / parts);
	}
}

static void finish(struct search *search)
{
	free(search->order);
	free(search->matches.list);
	shot_bounds_finish(&search->bounds);
	shot_free_places_finish(&search->free);
}

/* Moves the matches of the best part, the first of equals, to `out`. If all matches are wanted,
 * there is one part. */
static bool take_matches(
	struct search *searches, unsigned parts, struct shot_matches *out, struct shot_error *err)
{
	struct search *best = NULL;
	for (unsigned i = 0; i < parts; i++) {
		struct search *search = &searches[i];
		if (!search->ok) {
			*err = search->err;
			return false;
		}
		if (search->matches.count && (!best || search->matches.list->difference <
							       best->matches.list->difference)) {
			best = search;
		}
	}
	if (best) {
		*out = best->matches;
		best->matches = (struct shot_matches){0};
	}
	return true;
}

/* Matches that do not overlap are found in reading order, so by one thread. */
static unsigned parts_of(const struct job *job, int32_t rows)
{
	int64_t worth = job->all ? 1 : (int64_t)job->places * rows / PART_PLACES;
	return shot_parallel_parts(worth < INT_MAX ? (unsigned)worth : INT_MAX);
}

/* The rows to look at before threads start, because a perfect match there ends the search sooner.
 * None when look_ahead comes first, or when the sums of the first row take longer than a thread. */
static int32_t top_of(const struct search *search, int32_t rows)
{
	const struct job *job = search->job;
	int64_t sums = (int64_t)search->bounds.sum_rows * job->view->width;
	int32_t top = TOP_PLACES / job->places + 1;
	return job->is_generous || sums > TOP_SUMS || top >= rows ? 0 : top;
}

/* Returns whether there is more to do, below the top. */
static bool look_at_top(struct search *search, int32_t top)
{
	search->end = top;
	search->ok = scan(search);
	search->goes_on = true;
	return search->ok && budget_of(search) >= 0;
}

bool shot_find_near(const struct shot_view *view, const struct shot_pattern *pattern, int tolerance,
	int64_t budget, bool all, struct shot_matches *out, struct shot_error *err)
{
	int32_t rows = view->height - pattern->height + 1;
	struct job job = {.view = view,
		.pattern = pattern,
		.all = all,
		.is_generous = !all && budget > pattern->count * GENEROUS,
		.limit = rank(budget + 1, 0),
		.places = view->width - pattern->width + 1};
	struct search searches[SHOT_PARALLEL_MOST] = {0};
	unsigned parts = parts_of(&job, rows);
	bool ok = shot_difference_init(&job.difference, view, pattern, tolerance, err) &&
		  prepare(&searches[0], &job, 0, tolerance, err);
	int32_t top = ok && parts > 1 ? top_of(&searches[0], rows) : 0;
	if (top && !look_at_top(&searches[0], top)) {
		parts = 1;
	}
	for (unsigned i = 1; i < parts && ok; i++) {
		ok = prepare(&searches[i], &job, (int)i, tolerance, err);
	}
	if (ok) {
		share_rows(searches, parts, top, rows);
		shot_parallel(parts, run, searches);
		ok = take_matches(searches, parts, out, err);
	}
	for (unsigned i = 0; i < parts; i++) {
		finish(&searches[i]);
	}
	shot_difference_finish(&job.difference);
	return ok;
}
