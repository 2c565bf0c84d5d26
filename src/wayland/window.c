#include "wayland/window.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/owner.h"
#include "wayland/sizes.h"

struct query {
	struct shot_windows windows; /* first */
	struct shot_parting parting;
	struct shot_wayland *wayland; /* NULL after the end or the close */
	struct shot_wayland_sizes sizes;
};

struct shot_window_search {
	struct shot_wayland *wayland;
	unsigned count;
	struct item {
		uint32_t id; /* 0: this target is not a window */
		bool is_asked;
		struct shot_wayland_sizes sizes;
		struct shot_window_place found;
	} items[];
};

static void leave(struct query *query)
{
	if (query->wayland) {
		shot_wayland_sizes_leave(&query->sizes);
		query->wayland = NULL;
	}
}

static void part(struct shot_parting *parting)
{
	leave(SHOT_CONTAINER(parting, struct query, parting));
}

struct shot_windows *shot_wayland_windows_begin(
	struct shot_source *source, bool wants_list, struct shot_error *err)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	struct query *query = wants_list ? calloc(1, sizeof *query) : NULL;
	if (!wants_list) {
		shot_fail(err, "ENOTSUP",
			"ext-foreign-toplevel-list-v1 does not tell which window is active: name "
			"it by its title, class or id");
		return NULL;
	}
	if (!query) {
		shot_fail_errno(err, ENOMEM, "cannot list windows");
		return NULL;
	}
	if (!shot_wayland_sizes_begin(&query->sizes, wayland, 0, err)) {
		free(query);
		return NULL;
	}
	query->windows.kind = source->kind;
	query->wayland = wayland;
	query->parting.part = part;
	shot_source_join(source, &query->parting);
	return &query->windows;
}

enum shot_poll shot_wayland_windows_poll(struct shot_windows *windows, struct shot_error *err)
{
	struct query *query = (struct query *)windows;
	struct shot_wayland *wayland = query->wayland;
	if (windows->list) {
		return SHOT_POLL_DONE;
	}
	enum shot_poll outcome = shot_wayland_sizes_poll(&query->sizes, err);
	if (outcome == SHOT_POLL_WAITING) {
		return outcome;
	}
	if (wayland) {
		shot_source_leave(&wayland->source, &query->parting);
	}
	leave(query);
	if (outcome == SHOT_POLL_DONE) {
		windows->list = query->sizes.list;
		windows->count = query->sizes.count;
	}
	return outcome;
}

void shot_wayland_windows_destroy(struct shot_windows *windows)
{
	struct query *query = (struct query *)windows;
	if (query->wayland) {
		shot_source_leave(&query->wayland->source, &query->parting);
		leave(query);
	}
	free(query->sizes.list);
	free(query);
}

struct shot_window_search *shot_wayland_search_create(struct shot_source *source,
	const struct shot_target *targets, unsigned count, struct shot_error *err)
{
	struct shot_window_search *search =
		calloc(1, sizeof *search + count * sizeof *search->items);
	if (!search) {
		shot_fail_errno(err, ENOMEM, "cannot look for %u windows", count);
		return NULL;
	}
	search->wayland = shot_wayland_of(source);
	search->count = count;
	for (unsigned i = 0; i < count; i++) {
		bool is_window = targets[i].kind == SHOT_TARGET_WINDOW;
		search->items[i].id = is_window ? targets[i].window : 0;
	}
	return search;
}

static void forget(struct item *item)
{
	shot_wayland_sizes_leave(&item->sizes);
	free(item->sizes.list);
	item->sizes = (struct shot_wayland_sizes){0};
	item->is_asked = false;
}

void shot_wayland_search_destroy(struct shot_window_search *search)
{
	for (unsigned i = 0; i < search->count; i++) {
		forget(&search->items[i]);
	}
	free(search);
}

void shot_wayland_search_begin(struct shot_window_search *search)
{
	struct shot_error told_by_poll;
	for (unsigned i = 0; i < search->count; i++) {
		struct item *item = &search->items[i];
		forget(item);
		item->is_asked = item->id && shot_wayland_sizes_begin(&item->sizes, search->wayland,
						     item->id, &told_by_poll);
	}
}

static bool read_place(struct item *item, struct shot_error *err)
{
	if (item->sizes.count == 0) {
		return shot_fail(err, "ENOWINDOW", "there is no window 0x%x", item->id);
	}
	item->found.window = item->sizes.list[0];
	if (shot_rect_is_empty(item->found.window.rect)) {
		return shot_fail(err, "EHIDDEN",
			"window 0x%x ('%.100s') is not shown, or may not be captured", item->id,
			item->found.window.title);
	}
	item->found.outside = item->found.window.rect;
	item->found.surface = (struct shot_surface){item->id, SHOT_WIRE_BGRX};
	return true;
}

enum shot_poll shot_wayland_search_poll(struct shot_window_search *search, struct shot_error *err)
{
	for (unsigned i = 0; i < search->count; i++) {
		struct item *item = &search->items[i];
		if (!item->id) {
			continue;
		}
		if (!item->is_asked) {
			shot_fail_errno(err, ENOMEM, "cannot look for window 0x%x", item->id);
			return SHOT_POLL_FAILED;
		}
		enum shot_poll outcome = shot_wayland_sizes_poll(&item->sizes, err);
		if (outcome != SHOT_POLL_DONE) {
			return outcome;
		}
		if (!read_place(item, err)) {
			return SHOT_POLL_FAILED;
		}
	}
	return SHOT_POLL_DONE;
}

int64_t shot_wayland_search_wake(const struct shot_window_search *search)
{
	(void)search;
	return SHOT_FOREVER;
}

const struct shot_window_place *shot_wayland_search_place(
	const struct shot_window_search *search, unsigned i)
{
	return search->items[i].id ? &search->items[i].found : NULL;
}

/* A picture always belongs to its window; a capture fails when the size has changed. */
void shot_wayland_search_ask_again(struct shot_window_search *search)
{
	(void)search;
}

enum shot_poll shot_wayland_search_poll_again(
	struct shot_window_search *search, bool *same, struct shot_error *err)
{
	*same = true;
	return shot_wayland_check(&search->wayland->source, err) ? SHOT_POLL_DONE
								 : SHOT_POLL_FAILED;
}
