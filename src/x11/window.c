#include "x11/window.h"

#include "x11/property.h"
#include "x11/reply.h"

#define TITLE_WORDS 256 /* of 4 bytes: more than a title can keep, even as U+FFFD */
#define CLASS_WORDS 64

static int ask_property(struct shot_batch *batch, xcb_connection_t *xcb, xcb_window_t id,
	xcb_atom_t name, uint32_t words)
{
	return shot_batch_add(
		batch, xcb, xcb_get_property(xcb, 0, id, name, XCB_ATOM_ANY, 0, words).sequence);
}

void shot_window_ask(struct shot_window_question *question, struct shot_batch *batch,
	xcb_connection_t *xcb, xcb_window_t root, const struct shot_atoms *atoms, xcb_window_t id,
	enum shot_window_detail detail)
{
	*question = (struct shot_window_question){
		.id = id, .title = -1, .old_title = -1, .class_name = -1, .pid = -1};
	question->geometry = shot_batch_add(batch, xcb, xcb_get_geometry(xcb, id).sequence);
	question->origin =
		shot_batch_add(batch, xcb, xcb_translate_coordinates(xcb, id, root, 0, 0).sequence);
	question->attributes =
		shot_batch_add(batch, xcb, xcb_get_window_attributes(xcb, id).sequence);
	question->tree = shot_batch_add(batch, xcb, xcb_query_tree(xcb, id).sequence);
	question->margin = ask_property(batch, xcb, id, atoms->ids[SHOT_ATOM_GTK_FRAME_EXTENTS], 4);
	if (detail >= SHOT_WINDOW_TITLE) {
		question->title = ask_property(
			batch, xcb, id, atoms->ids[SHOT_ATOM_NET_WM_NAME], TITLE_WORDS);
		question->old_title = ask_property(batch, xcb, id, XCB_ATOM_WM_NAME, TITLE_WORDS);
	}
	if (detail >= SHOT_WINDOW_ALL) {
		question->class_name = ask_property(batch, xcb, id, XCB_ATOM_WM_CLASS, CLASS_WORDS);
		question->pid = ask_property(batch, xcb, id, atoms->ids[SHOT_ATOM_NET_WM_PID], 1);
	}
}

static void read_texts(const struct shot_window_question *question, const struct shot_batch *batch,
	const struct shot_atoms *atoms, struct shot_window *window)
{
	xcb_atom_t utf8 = atoms->ids[SHOT_ATOM_UTF8_STRING];
	struct shot_property title = shot_property_of(shot_batch_reply(batch, question->title));
	if (!shot_property_text(&title, utf8, window->title, sizeof window->title)) {
		title = shot_property_of(shot_batch_reply(batch, question->old_title));
		shot_property_text(&title, utf8, window->title, sizeof window->title);
	}
	struct shot_property class_name =
		shot_property_of(shot_batch_reply(batch, question->class_name));
	shot_property_class(&class_name, window->instance, window->class_name, SHOT_CLASS);
	struct shot_property pid = shot_property_of(shot_batch_reply(batch, question->pid));
	window->pid = shot_property_number(&pid, XCB_ATOM_CARDINAL);
}

/* Cuts the margin off; a margin that leaves no part of the window is ignored. */
static void cut_margin(struct shot_x11_window *own, const struct shot_property *property)
{
	uint32_t sides[4]; /* left, right, top, bottom */
	if (!shot_property_numbers(property, XCB_ATOM_CARDINAL, sides, 4)) {
		return;
	}
	const struct shot_rect whole = own->whole;
	int64_t width = (int64_t)whole.width - sides[0] - sides[1];
	int64_t height = (int64_t)whole.height - sides[2] - sides[3];
	if (width > 0 && height > 0) {
		own->window.rect = (struct shot_rect){whole.x + (int32_t)sides[0],
			whole.y + (int32_t)sides[2], (int32_t)width, (int32_t)height};
	}
}

bool shot_window_read(const struct shot_window_question *question, const struct shot_batch *batch,
	const struct shot_atoms *atoms, struct shot_x11_window *own)
{
	const xcb_get_geometry_reply_t *geometry = shot_batch_reply(batch, question->geometry);
	const xcb_translate_coordinates_reply_t *origin = shot_batch_reply(batch, question->origin);
	const xcb_get_window_attributes_reply_t *attributes =
		shot_reply_attributes(shot_batch_reply(batch, question->attributes));
	const xcb_query_tree_reply_t *tree = shot_batch_reply(batch, question->tree);
	if (!geometry || !origin || !origin->same_screen || !attributes || !tree) {
		return false;
	}
	struct shot_window *window = &own->window;
	window->id = question->id;
	own->parent = tree->parent;
	window->rect =
		(struct shot_rect){origin->dst_x, origin->dst_y, geometry->width, geometry->height};
	own->whole = window->rect;
	struct shot_property margin = shot_property_of(shot_batch_reply(batch, question->margin));
	cut_margin(own, &margin);
	own->border = geometry->border_width;
	window->is_viewable = attributes->map_state == XCB_MAP_STATE_VIEWABLE;
	window->is_active = false;
	own->visual = attributes->visual;
	own->colors = attributes->colormap;
	own->is_input_only = attributes->_class == XCB_WINDOW_CLASS_INPUT_ONLY;
	read_texts(question, batch, atoms, window);
	return true;
}
