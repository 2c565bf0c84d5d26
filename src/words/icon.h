/* Cuts lines of text at the icons among them, so that these do not spoil the words beside. */
#ifndef SHOT_WORDS_ICON_H
#define SHOT_WORDS_ICON_H

#include "words/group.h"
#include "words/part.h"

/* Make each icon in a group, and the texts on its two sides, groups of their own. `letters` are the
 * indices of the groups' members in `parts`. ENOMEM. */
bool shot_icons_cut(const struct shot_parts *parts, const size_t *letters,
	struct shot_groups *groups, struct shot_error *err);

#endif
