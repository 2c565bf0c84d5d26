/* Groups of boxes, which passes unite: from single letters to lines. */
#ifndef SHOT_WORDS_GROUP_H
#define SHOT_WORDS_GROUP_H

#include "base/error.h"
#include "base/rect.h"

#include <stddef.h>

struct shot_group {
	struct shot_rect box;	/* around its members */
	int64_t heights;	/* the sum of those of its letters */
	int32_t letters;	/* how many there are; dots and commas are none */
	struct shot_rect whole; /* the other fields serve a pass: the box with what was united */
	size_t parent;
	size_t index;
};

struct shot_groups {
	struct shot_group *list; /* sorted by their tops during a pass */
	size_t count;
	size_t *owners; /* of each member, the index of its group */
	size_t *places; /* one for each member; serves a pass */
	size_t member_count;
};

/* Begin with `count` groups of one member each, whose boxes and letters the caller sets. ENOMEM. */
bool shot_groups_init(struct shot_groups *groups, size_t count, struct shot_error *err);

/* Free the lists. Zeroed groups are allowed. */
void shot_groups_free(struct shot_groups *groups);

/* Begin a pass: sort the list. */
void shot_groups_sort(struct shot_groups *groups);

/* Tell whether the box of a group, with all that was united with it in this pass, would be at most
 * `most` hundredths as high as its letters are on average, if it took in another one. */
bool shot_groups_stay_even(struct shot_groups *groups, size_t group, size_t other, int most);

/* Note that two groups are one, by their indices in the list. */
void shot_groups_unite(struct shot_groups *groups, size_t a, size_t b);

/* End the pass: merge the groups that were united. Returns whether there were any. */
bool shot_groups_merge(struct shot_groups *groups);

#endif
