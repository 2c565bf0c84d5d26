#include "words/group.h"

#include <errno.h>
#include <stdlib.h>

bool shot_groups_init(struct shot_groups *groups, size_t count, struct shot_error *err)
{
	*groups = (struct shot_groups){.count = count, .member_count = count};
	groups->list = calloc(count + 1, sizeof *groups->list);
	groups->owners = calloc(count + 1, sizeof *groups->owners);
	groups->places = calloc(count + 1, sizeof *groups->places);
	if (!groups->list || !groups->owners || !groups->places) {
		shot_groups_free(groups);
		return shot_fail_errno(err, ENOMEM, "cannot group %zu strokes", count);
	}
	for (size_t i = 0; i < count; i++) {
		groups->owners[i] = i;
	}
	return true;
}

void shot_groups_free(struct shot_groups *groups)
{
	free(groups->list);
	free(groups->owners);
	free(groups->places);
	*groups = (struct shot_groups){0};
}

static int compare(const void *a, const void *b)
{
	const struct shot_rect *left = &((const struct shot_group *)a)->box;
	const struct shot_rect *right = &((const struct shot_group *)b)->box;
	return left->y != right->y ? (left->y > right->y) - (left->y < right->y)
				   : (left->x > right->x) - (left->x < right->x);
}

void shot_groups_sort(struct shot_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		groups->list[i].index = i;
	}
	qsort(groups->list, groups->count, sizeof *groups->list, compare);
	for (size_t i = 0; i < groups->count; i++) {
		groups->list[i].parent = i;
		groups->list[i].whole = groups->list[i].box;
		groups->places[groups->list[i].index] = i;
	}
}

static size_t root(struct shot_group *list, size_t i)
{
	while (list[i].parent != i) {
		list[i].parent = list[list[i].parent].parent;
		i = list[i].parent;
	}
	return i;
}

bool shot_groups_stay_even(struct shot_groups *groups, size_t group, size_t other, int most)
{
	const struct shot_group *taker = &groups->list[root(groups->list, group)];
	const struct shot_group *taken = &groups->list[root(groups->list, other)];
	int64_t height = shot_rect_unite(taker->whole, taken->whole).height;
	return 100 * height * taker->letters <= most * taker->heights;
}

void shot_groups_unite(struct shot_groups *groups, size_t a, size_t b)
{
	a = root(groups->list, a);
	b = root(groups->list, b);
	if (a != b) { /* the root is the first */
		struct shot_group *first = &groups->list[a < b ? a : b];
		struct shot_group *other = &groups->list[a < b ? b : a];
		other->parent = a < b ? a : b;
		first->whole = shot_rect_unite(first->whole, other->whole);
		first->heights += other->heights;
		first->letters += other->letters;
	}
}

bool shot_groups_merge(struct shot_groups *groups)
{
	struct shot_group *list = groups->list;
	size_t count = 0;
	for (size_t i = 0; i < groups->count; i++) { /* a root comes before the others */
		if (root(list, i) == i) {
			list[i].index = count++;
		}
	}
	for (size_t i = 0; i < groups->member_count; i++) {
		groups->owners[i] = list[root(list, groups->places[groups->owners[i]])].index;
	}
	for (size_t i = 0; i < groups->count; i++) {
		if (list[i].parent == i) {
			struct shot_group *merged = &list[list[i].index];
			merged->box = list[i].whole;
			merged->heights = list[i].heights;
			merged->letters = list[i].letters;
		}
	}
	bool has_merged = count < groups->count;
	groups->count = count;
	return has_merged;
}
