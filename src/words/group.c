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

void shot_groups_unite(struct shot_groups *groups, size_t a, size_t b)
{
	a = root(groups->list, a);
	b = root(groups->list, b);
	groups->list[a > b ? a : b].parent = a > b ? b : a;
}

bool shot_groups_merge(struct shot_groups *groups)
{
	struct shot_group *list = groups->list;
	size_t count = 0;
	for (size_t i = 0; i < groups->count; i++) { /* a root comes before the others */
		size_t first = root(list, i);
		if (first == i) {
			list[i].index = count++;
		} else {
			list[first].box = shot_rect_unite(list[first].box, list[i].box);
		}
	}
	for (size_t i = 0; i < groups->member_count; i++) {
		groups->owners[i] = list[root(list, groups->places[groups->owners[i]])].index;
	}
	for (size_t i = 0; i < groups->count; i++) {
		if (list[i].parent == i) {
			list[list[i].index].box = list[i].box;
		}
	}
	bool has_merged = count < groups->count;
	groups->count = count;
	return has_merged;
}
