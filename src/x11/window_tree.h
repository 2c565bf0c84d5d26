/* The windows of programs where no manager lists them: down the tree from the root's children, all
 * windows of a level asked at once. A window that a manager has framed says so (WM_STATE); without
 * any that does, a child of the root stands for itself. */
#ifndef SHOT_X11_WINDOW_TREE_H
#define SHOT_X11_WINDOW_TREE_H

#include "x11/atoms.h"

struct shot_window_tree {
	struct shot_window_tree_node {
		xcb_window_t window;
		size_t child; /* which child of the root it lies in */
		int state, tree, attributes;
	} * nodes; /* as they were visited: level by level */
	struct shot_window_tree_child {
		xcb_window_t window, client;   /* client: 0 while none is known */
	} * children;			       /* from the topmost down */
	size_t node_count, level, child_count; /* level: where the current one begins */
	unsigned depth;
	struct shot_batch batch;
};

/* Begin with the answer to QueryTree of the root, at most `limit` children from the top; the caller
 * flushes. False without memory. */
bool shot_window_tree_begin(struct shot_window_tree *walk, xcb_connection_t *xcb,
	const struct shot_atoms *atoms, const xcb_query_tree_reply_t *root, size_t limit);

/* Take in answers and ask on, without blocking; true when the walk is over or the connection lost.
 */
bool shot_window_tree_poll(
	struct shot_window_tree *walk, xcb_connection_t *xcb, const struct shot_atoms *atoms);

/* The windows found, from the topmost down; at most as many as the walk began with. */
size_t shot_window_tree_list(const struct shot_window_tree *walk, xcb_window_t *out);

/* The one of them that `window` belongs to, 0 when the walk did not come by there. */
xcb_window_t shot_window_tree_client(const struct shot_window_tree *walk, xcb_window_t window);

/* Forget all. A zeroed walk is allowed. */
void shot_window_tree_finish(struct shot_window_tree *walk, xcb_connection_t *xcb);

#endif
