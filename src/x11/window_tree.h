/* Finds the windows of programs if no manager lists them. It descends from the root's children, and
 * asks about all windows of a level at once. A window that a manager has framed has WM_STATE; a
 * child of the root without such a descendant is a client itself. */
#ifndef SHOT_X11_WINDOW_TREE_H
#define SHOT_X11_WINDOW_TREE_H

#include "x11/atoms.h"

struct shot_window_tree {
	struct shot_window_tree_node {
		xcb_window_t window;
		size_t child; /* the child of the root that contains it */
		int state, tree, attributes;
	} * nodes; /* as they were visited: level by level */
	struct shot_window_tree_child {
		xcb_window_t window, client;   /* client: 0 while none is known */
	} * children;			       /* from the topmost down */
	size_t node_count, level, child_count; /* level: the first node of the current level */
	unsigned depth;
	struct shot_batch batch;
};

/* Begin with the answer to QueryTree of the root, at most `limit` children from the top; the caller
 * flushes. False without memory. */
bool shot_window_tree_begin(struct shot_window_tree *walk, xcb_connection_t *xcb,
	const struct shot_atoms *atoms, const xcb_query_tree_reply_t *root, size_t limit);

/* Read answers and ask further, without blocking; true when the walk has ended or the connection is
 * lost.
 */
bool shot_window_tree_poll(
	struct shot_window_tree *walk, xcb_connection_t *xcb, const struct shot_atoms *atoms);

/* The windows that were found, from the topmost down; at most `limit` of the beginning. */
size_t shot_window_tree_list(const struct shot_window_tree *walk, xcb_window_t *out);

/* The one of them that contains `window`, 0 when the walk did not visit it. */
xcb_window_t shot_window_tree_client(const struct shot_window_tree *walk, xcb_window_t window);

/* Free the walk. A zeroed walk is allowed. */
void shot_window_tree_finish(struct shot_window_tree *walk, xcb_connection_t *xcb);

#endif
