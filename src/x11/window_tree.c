#include "x11/window_tree.h"

#include <stdlib.h>

#include "x11/io.h"
#include "x11/reply.h"

#define NODES 4096 /* windows to visit; a larger tree is cut */
#define LEVELS 4   /* levels below the root: more than the depth of managers' frames */

/* Asks about the nodes from `level` on. */
static void ask(
	struct shot_window_tree *walk, xcb_connection_t *xcb, const struct shot_atoms *atoms)
{
	for (size_t i = walk->level; i < walk->node_count; i++) {
		struct shot_window_tree_node *node = &walk->nodes[i];
		node->state = shot_batch_add(&walk->batch, xcb,
			xcb_get_property(xcb, 0, node->window, atoms->ids[SHOT_ATOM_WM_STATE],
				XCB_ATOM_ANY, 0, 0)
				.sequence);
		node->tree = shot_batch_add(
			&walk->batch, xcb, xcb_query_tree(xcb, node->window).sequence);
		node->attributes = -1;
		if (walk->depth == 1) {
			node->attributes = shot_batch_add(&walk->batch, xcb,
				xcb_get_window_attributes(xcb, node->window).sequence);
		}
	}
}

static void add_node(struct shot_window_tree *walk, xcb_window_t window, size_t child)
{
	if (walk->node_count < NODES) {
		walk->nodes[walk->node_count++] =
			(struct shot_window_tree_node){.window = window, .child = child};
	}
}

bool shot_window_tree_begin(struct shot_window_tree *walk, xcb_connection_t *xcb,
	const struct shot_atoms *atoms, const xcb_query_tree_reply_t *root, size_t limit)
{
	size_t count;
	const xcb_window_t *listed = shot_reply_children(root, &count);
	*walk = (struct shot_window_tree){.depth = 1};
	walk->nodes = malloc(NODES * sizeof *walk->nodes);
	walk->children = malloc((limit + 1) * sizeof *walk->children);
	if (!walk->nodes || !walk->children) {
		shot_window_tree_finish(walk, xcb);
		return false;
	}
	for (size_t i = count; i > 0 && walk->child_count < limit; i--) {
		add_node(walk, listed[i - 1], walk->child_count);
		walk->children[walk->child_count++] =
			(struct shot_window_tree_child){.window = listed[i - 1]};
	}
	ask(walk, xcb, atoms);
	return true;
}

/* Reads the answers about one window. If it is not a client, its children join the next level. */
static void read_node(struct shot_window_tree *walk, struct shot_window_tree_node node)
{
	struct shot_window_tree_child *child = &walk->children[node.child];
	const xcb_get_property_reply_t *state = shot_batch_reply(&walk->batch, node.state);
	const xcb_query_tree_reply_t *tree = shot_batch_reply(&walk->batch, node.tree);
	const xcb_get_window_attributes_reply_t *attributes =
		shot_reply_attributes(shot_batch_reply(&walk->batch, node.attributes));
	if (!child->client && state && state->type != XCB_ATOM_NONE) {
		child->client = node.window;
	}
	bool is_shown = attributes && attributes->map_state == XCB_MAP_STATE_VIEWABLE &&
			attributes->_class == XCB_WINDOW_CLASS_INPUT_OUTPUT;
	if (walk->depth == 1 && !is_shown) {
		child->window = XCB_NONE; /* does not count as a client */
	}
	if (child->client || !tree || walk->depth == LEVELS) {
		return;
	}
	size_t count;
	const xcb_window_t *inside = shot_reply_children(tree, &count);
	for (size_t i = count; i > 0; i--) {
		add_node(walk, inside[i - 1], node.child);
	}
}

bool shot_window_tree_poll(
	struct shot_window_tree *walk, xcb_connection_t *xcb, const struct shot_atoms *atoms)
{
	while (shot_batch_poll(&walk->batch, xcb)) {
		size_t asked = walk->node_count;
		for (size_t i = walk->level; i < asked; i++) {
			read_node(walk, walk->nodes[i]);
		}
		shot_batch_finish(&walk->batch, xcb);
		walk->level = asked;
		walk->depth++;
		if (walk->node_count == asked) {
			return true;
		}
		ask(walk, xcb, atoms);
		shot_io_flush(xcb);
	}
	return false;
}

static xcb_window_t found(const struct shot_window_tree_child *child)
{
	return child->client ? child->client : child->window;
}

size_t shot_window_tree_list(const struct shot_window_tree *walk, xcb_window_t *out)
{
	size_t count = 0;
	for (size_t i = 0; i < walk->child_count; i++) {
		if (found(&walk->children[i])) {
			out[count++] = found(&walk->children[i]);
		}
	}
	return count;
}

xcb_window_t shot_window_tree_client(const struct shot_window_tree *walk, xcb_window_t window)
{
	for (size_t i = 0; i < walk->node_count; i++) {
		if (walk->nodes[i].window == window) {
			return found(&walk->children[walk->nodes[i].child]);
		}
	}
	return XCB_NONE;
}

void shot_window_tree_finish(struct shot_window_tree *walk, xcb_connection_t *xcb)
{
	shot_batch_finish(&walk->batch, xcb);
	free(walk->nodes);
	free(walk->children);
	*walk = (struct shot_window_tree){0};
}
