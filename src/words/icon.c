#include "words/icon.h"

#include <errno.h>
#include <stdlib.h>

/* An icon is about as wide as it is high, and higher than letters, whose capitals are half as high
 * again as the small ones: higher by far, or apart from them. Two letters that touch, such as "dg"
 * in bold, are as high as an icon, but closer to the next one. In hundredths. */
enum {
	WIDE = 70,	/* of its height */
	HIGH = 145,	/* of the letters' height, when it is apart */
	APART = 25,	/* of its height */
	ENORMOUS = 175, /* of the letters' height, when it is not as close as a letter */
	CLOSE = 15,	/* of its height */
	LEAST = 4,	/* pixels of a letter's height; less is a dot or a dash */
	FEWEST = 2,	/* letters that tell a height */
	HEIGHTS = 64,	/* pixels; a part of a line is no higher */
	FAR = 1 << 20,	/* pixels to a neighbor that is not there */
};

/* A part in a group. */
struct owned {
	size_t member, owner;
	struct shot_rect box;
};

/* Parts above one another: a letter with its accents, or an icon. */
struct stroke {
	size_t first, end;
	int32_t left, right;
	struct shot_rect box; /* without dots and accents */
};

static int compare(const void *a, const void *b)
{
	const struct owned *left = a, *right = b;
	return left->owner != right->owner
		       ? (left->owner > right->owner) - (left->owner < right->owner)
		       : (left->box.x > right->box.x) - (left->box.x < right->box.x);
}

/* Returns the median height of the letters; 0 when there are too few. */
static int32_t usual_height(const struct owned *members, size_t count)
{
	size_t counts[HEIGHTS] = {0}, all = 0, below = 0;
	for (size_t i = 0; i < count; i++) {
		int32_t height = members[i].box.height;
		if (height >= LEAST && height < HEIGHTS) {
			counts[height]++;
			all++;
		}
	}
	for (int32_t height = 0; all >= FEWEST && height < HEIGHTS; height++) {
		below += counts[height];
		if (2 * below >= all) {
			return height;
		}
	}
	return 0;
}

static struct stroke find_stroke(const struct owned *members, size_t first, size_t end)
{
	struct stroke stroke = {
		.first = first, .left = members[first].box.x, .right = members[first].box.x + 1};
	size_t i = first;
	for (; i < end && members[i].box.x < stroke.right; i++) {
		struct shot_rect box = members[i].box;
		stroke.right = box.x + box.width > stroke.right ? box.x + box.width : stroke.right;
		if (box.height >= LEAST) {
			stroke.box = shot_rect_is_empty(stroke.box)
					     ? box
					     : shot_rect_unite(stroke.box, box);
		}
	}
	stroke.end = i;
	return stroke;
}

/* `gap` is the distance to the nearer neighbor, `height` the usual one in the line. */
static bool is_icon(struct shot_rect box, int32_t gap, int32_t height)
{
	int64_t high = 100 * (int64_t)box.height, apart = 100 * (int64_t)gap;
	return height > 0 && 100 * (int64_t)box.width >= WIDE * (int64_t)box.height &&
	       ((high >= ENORMOUS * height && apart >= CLOSE * box.height) ||
		       (high >= HIGH * height && apart >= APART * box.height));
}

/* Gives members to a group, whose box becomes that around them. */
static void give(
	struct shot_groups *groups, const struct owned *members, size_t count, size_t group)
{
	struct shot_rect box = members[0].box;
	for (size_t i = 0; i < count; i++) {
		box = shot_rect_unite(box, members[i].box);
		groups->owners[members[i].member] = group;
	}
	groups->list[group].box = box;
}

static void cut(struct shot_groups *groups, const struct owned *members, size_t count)
{
	int32_t height = usual_height(members, count), before = members[0].box.x - FAR;
	size_t group = members[0].owner, begun = 0;
	for (size_t first = 0; first < count;) {
		struct stroke stroke = find_stroke(members, first, count);
		bool is_last = stroke.end == count;
		int32_t left = stroke.left - before;
		int32_t right = is_last ? FAR : members[stroke.end].box.x - stroke.right;
		if (is_icon(stroke.box, left < right ? left : right, height)) {
			if (first > begun) {
				give(groups, members + begun, first - begun, group);
				group = groups->count++;
			}
			give(groups, members + first, stroke.end - first, group);
			group = is_last ? group : groups->count++;
			begun = stroke.end;
		} else if (is_last) {
			give(groups, members + begun, count - begun, group);
		}
		before = stroke.right;
		first = stroke.end;
	}
}

bool shot_icons_cut(const struct shot_parts *parts, const size_t *letters,
	struct shot_groups *groups, struct shot_error *err)
{
	size_t count = groups->member_count;
	struct owned *members = calloc(count + 1, sizeof *members);
	if (!members) {
		return shot_fail_errno(err, ENOMEM, "cannot sort %zu letters", count);
	}
	for (size_t i = 0; i < count; i++) {
		members[i] = (struct owned){i, groups->owners[i], parts->list[letters[i]].box};
	}
	qsort(members, count, sizeof *members, compare);
	for (size_t first = 0, end = 0; first < count; first = end) {
		while (end < count && members[end].owner == members[first].owner) {
			end++;
		}
		cut(groups, members + first, end - first);
	}
	free(members);
	return true;
}
