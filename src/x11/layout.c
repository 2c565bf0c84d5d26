#include "x11/layout.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xcb/xinerama.h>

#include "x11/edid.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/reply.h"
#include "base/text.h"

#define EDID_WORDS 64 /* of 4 bytes: the base block and one extension */

static void set_name(char out[SHOT_NAME], struct shot_bytes text)
{
	shot_text_read(text.data, text.size, false, out, SHOT_NAME);
}

/* Returns the next monitor to fill, or NULL when the table is full. */
static struct shot_monitor *append(struct shot_layout_query *query, xcb_randr_output_t output)
{
	size_t i = query->next.count;
	if (i == SHOT_MONITORS) {
		return NULL;
	}
	query->next.count++;
	query->next.monitors[i] = (struct shot_monitor){.id = output};
	query->asked[i].output = output;
	query->asked[i].crtc = query->asked[i].name = -1;
	query->asked[i].info = query->asked[i].edid = -1;
	return &query->next.monitors[i];
}

static int ask_heads(
	const struct shot_layout_query *query, xcb_connection_t *xcb, struct shot_batch *batch)
{
	return query->server->has_xinerama
		       ? shot_batch_add(batch, xcb, xcb_xinerama_query_screens(xcb).sequence)
		       : -1;
}

void shot_layout_begin(struct shot_layout_query *query, xcb_connection_t *xcb,
	const struct shot_layout_server *server)
{
	struct shot_batch *batch = &query->batch;
	xcb_window_t root = server->root;
	unsigned randr_minor = server->randr_minor;
	query->step = SHOT_QUERY_LIST;
	query->server = server;
	query->next = (struct shot_layout){0};
	query->geometry = shot_batch_add(batch, xcb, xcb_get_geometry(xcb, root).sequence);
	query->edid_atom = shot_batch_add(batch, xcb, xcb_intern_atom(xcb, 1, 4, "EDID").sequence);
	query->list = query->primary = -1;
	query->heads = ask_heads(query, xcb, batch);
	if (randr_minor >= 5) {
		query->list =
			shot_batch_add(batch, xcb, xcb_randr_get_monitors(xcb, root, 1).sequence);
	} else if (randr_minor >= 3) {
		query->list = shot_batch_add(
			batch, xcb, xcb_randr_get_screen_resources_current(xcb, root).sequence);
		query->primary = shot_batch_add(
			batch, xcb, xcb_randr_get_output_primary(xcb, root).sequence);
	} else if (randr_minor == 2) {
		query->list = shot_batch_add(
			batch, xcb, xcb_randr_get_screen_resources(xcb, root).sequence);
	}
	shot_io_flush(xcb);
}

static void read_monitors(struct shot_layout_query *query, xcb_connection_t *xcb,
	const xcb_randr_get_monitors_reply_t *list, struct shot_batch *more)
{
	const xcb_randr_monitor_info_t *info;
	xcb_randr_output_t output;
	size_t at = 0;
	while ((info = shot_reply_monitor(list, &at, &output))) {
		struct shot_monitor *monitor = append(query, output);
		if (!monitor) {
			return;
		}
		monitor->rect = (struct shot_rect){info->x, info->y, info->width, info->height};
		monitor->primary = info->primary;
		monitor->mm_width = (int32_t)info->width_in_millimeters;
		monitor->mm_height = (int32_t)info->height_in_millimeters;
		monitor->id = output ? output : info->name;
		query->asked[query->next.count - 1].name =
			shot_batch_add(more, xcb, xcb_get_atom_name(xcb, info->name).sequence);
	}
}

static void ask_crtcs(struct shot_layout_query *query, xcb_connection_t *xcb,
	const xcb_randr_get_screen_resources_current_reply_t *list, struct shot_batch *more)
{
	size_t count;
	const xcb_randr_crtc_t *crtcs = shot_reply_crtcs(list, &count);
	for (size_t i = 0; i < count && append(query, 0); i++) {
		query->asked[i].crtc = shot_batch_add(more, xcb,
			xcb_randr_get_crtc_info(xcb, crtcs[i], list->config_timestamp).sequence);
	}
}

/* CRTCs that show nothing are not monitors, so they are removed from the table. */
static void read_crtcs(struct shot_layout_query *query)
{
	size_t asked = query->next.count;
	query->next.count = 0;
	for (size_t i = 0; i < asked; i++) {
		const xcb_randr_get_crtc_info_reply_t *crtc =
			shot_batch_reply(&query->batch, query->asked[i].crtc);
		xcb_randr_output_t output = shot_reply_crtc_output(crtc);
		if (!output || !crtc->mode) {
			continue;
		}
		struct shot_monitor *monitor = append(query, output);
		monitor->rect = (struct shot_rect){crtc->x, crtc->y, crtc->width, crtc->height};
		monitor->primary = output == query->primary_output;
	}
}

static bool is_listed(const struct shot_layout *layout, struct shot_rect rect)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (shot_rect_equal(layout->monitors[i].rect, rect)) {
			return true;
		}
	}
	return false;
}

/* Servers with RandR list its monitors as Xinerama's heads, but some have further heads. */
static void read_heads(struct shot_layout_query *query)
{
	size_t count;
	const xcb_xinerama_screen_info_t *heads =
		shot_reply_heads(shot_batch_reply(&query->batch, query->heads), &count);
	for (size_t i = 0; i < count; i++) {
		struct shot_rect rect = {
			heads[i].x_org, heads[i].y_org, heads[i].width, heads[i].height};
		if (shot_rect_is_empty(rect) || is_listed(&query->next, rect)) {
			continue;
		}
		struct shot_monitor *monitor = append(query, XCB_NONE);
		if (monitor) {
			monitor->rect = rect;
			snprintf(monitor->output, SHOT_NAME, "xinerama-%zu", i);
		}
	}
}

static void ask_details(
	struct shot_layout_query *query, xcb_connection_t *xcb, struct shot_batch *more)
{
	for (size_t i = 0; i < query->next.count; i++) {
		xcb_randr_output_t output = query->asked[i].output;
		if (!output) {
			continue;
		}
		query->asked[i].info = shot_batch_add(more, xcb,
			xcb_randr_get_output_info(xcb, output, XCB_CURRENT_TIME).sequence);
		if (query->edid) {
			query->asked[i].edid = shot_batch_add(more, xcb,
				xcb_randr_get_output_property(
					xcb, output, query->edid, XCB_ATOM_ANY, 0, EDID_WORDS, 0, 0)
					.sequence);
		}
	}
}

static void read_detail(struct shot_layout_query *query, size_t i)
{
	struct shot_monitor *monitor = &query->next.monitors[i];
	const xcb_randr_get_output_info_reply_t *info =
		shot_reply_output_info(shot_batch_reply(&query->batch, query->asked[i].info));
	struct shot_bytes label =
		shot_reply_atom_name(shot_batch_reply(&query->batch, query->asked[i].name));
	struct shot_bytes edid =
		shot_reply_output_property(shot_batch_reply(&query->batch, query->asked[i].edid));
	char product[SHOT_EDID_NAME];
	if (label.size > 0) {
		set_name(monitor->label, label);
	}
	if (info) {
		set_name(monitor->output, shot_reply_output_name(info));
		if (!monitor->mm_width) {
			monitor->mm_width = (int32_t)info->mm_width;
			monitor->mm_height = (int32_t)info->mm_height;
		}
	}
	if (!monitor->output[0]) {
		memcpy(monitor->output, monitor->label, SHOT_NAME);
	}
	if (!monitor->label[0]) {
		memcpy(monitor->label, monitor->output, SHOT_NAME);
	}
	if (shot_edid_name(edid.data, edid.size, product)) {
		set_name(monitor->name, (struct shot_bytes){product, strlen(product)});
	} else {
		memcpy(monitor->name, monitor->label, SHOT_NAME);
	}
}

static void read_details(struct shot_layout_query *query)
{
	for (size_t i = 0; i < query->next.count; i++) {
		read_detail(query, i);
	}
}

/* Without RandR the root is the only monitor. */
static void fall_back_to_root(struct shot_layout *layout)
{
	if (layout->count == 0) {
		layout->count = 1;
		layout->monitors[0] = (struct shot_monitor){.rect = layout->root,
			.name = "root",
			.label = "root",
			.output = "root",
			.primary = true};
	}
}

/* Replaces the answered batch by the next one; each step reads its answers before they are freed.
 * */
static void advance(struct shot_layout_query *query, xcb_connection_t *xcb, struct shot_batch *more)
{
	shot_batch_finish(&query->batch, xcb);
	query->batch = *more;
	shot_io_flush(xcb);
}

static void read_list(struct shot_layout_query *query, xcb_connection_t *xcb)
{
	struct shot_batch more = {0};
	const xcb_get_geometry_reply_t *geometry = shot_batch_reply(&query->batch, query->geometry);
	const xcb_intern_atom_reply_t *atom = shot_batch_reply(&query->batch, query->edid_atom);
	const void *list = shot_batch_reply(&query->batch, query->list);
	unsigned randr_minor = query->server->randr_minor;
	query->edid = atom ? atom->atom : XCB_ATOM_NONE;
	if (geometry) {
		query->next.root = (struct shot_rect){0, 0, geometry->width, geometry->height};
	}
	query->step = SHOT_QUERY_DETAILS;
	if (list && randr_minor >= 5) {
		read_monitors(query, xcb, list, &more);
		ask_details(query, xcb, &more);
	} else if (list) {
		const xcb_randr_get_output_primary_reply_t *primary =
			shot_batch_reply(&query->batch, query->primary);
		query->primary_output = primary ? primary->output : 0;
		query->step = SHOT_QUERY_CRTCS;
		ask_crtcs(query, xcb, list, &more);
	}
	if (query->step == SHOT_QUERY_DETAILS) {
		read_heads(query);
	} else {
		query->heads = ask_heads(
			query, xcb, &more); /* again, because the old answer is freed now */
	}
	advance(query, xcb, &more);
}

enum shot_poll shot_layout_poll(struct shot_layout_query *query, xcb_connection_t *xcb,
	struct shot_layout *layout, struct shot_error *err)
{
	while (shot_batch_poll(&query->batch, xcb)) {
		struct shot_batch more = {0};
		if (xcb_connection_has_error(xcb)) {
			shot_layout_cancel(query, xcb);
			shot_fail_lost(err, xcb);
			return SHOT_POLL_FAILED;
		}
		switch (query->step) {
		case SHOT_QUERY_LIST:
			read_list(query, xcb);
			break;
		case SHOT_QUERY_CRTCS:
			read_crtcs(query);
			read_heads(query);
			ask_details(query, xcb, &more);
			query->step = SHOT_QUERY_DETAILS;
			advance(query, xcb, &more);
			break;
		case SHOT_QUERY_DETAILS:
			read_details(query);
			fall_back_to_root(&query->next);
			*layout = query->next;
			shot_layout_cancel(query, xcb);
			return SHOT_POLL_DONE;
		case SHOT_QUERY_IDLE:
			return SHOT_POLL_DONE;
		}
	}
	return SHOT_POLL_WAITING;
}

void shot_layout_cancel(struct shot_layout_query *query, xcb_connection_t *xcb)
{
	shot_batch_finish(&query->batch, xcb);
	query->step = SHOT_QUERY_IDLE;
}
