/* Boxes that are united, pass by pass: from single letters to lines. */
#ifndef SHOT_WORDS_GROUP_H
#define SHOT_WORDS_GROUP_H

#include "base/error.h"
#include "base/rect.h"

#include <stddef.h>

struct shot_group {
	struct shot_rect box; /* around its members */
	size_t parent;	      /* the other fields serve a pass */
	size_t index;
};

struct shot_groups {
	struct shot_group *list; /* by their tops, while a pass goes on */
	size_t count;
	size_t *owners; /* of each member, the index of its group */
	size_t *places; /* as many; serves a pass */
	size_t member_count;
};

/* Begin with `count` groups of one member each, whose boxes the caller sets. ENOMEM. */
bool shot_groups_init(struct shot_groups *groups, size_t count, struct shot_error *err);

void shot_groups_free(struct shot_groups *groups);

/* Begin a pass: the list is sorted. */
void shot_groups_sort(struct shot_groups *groups);

/* Say that two of the list, by their indices in it, are one. */
void shot_groups_unite(struct shot_groups *groups, size_t a, size_t b);

/* End the pass: those that are one become one. Returns whether any have. */
bool shot_groups_merge(struct shot_groups *groups);

#endif
