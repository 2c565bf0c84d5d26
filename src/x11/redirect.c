#include "x11/redirect.h"

#include <errno.h>
#include <stdlib.h>
#include <xcb/composite.h>

#include "base/clock.h"

#include "x11/io.h"

xcb_pixmap_t shot_redirects_name(struct shot_redirects *redirects, xcb_connection_t *xcb)
{
	if (!redirects->pixmap) {
		redirects->pixmap = shot_io_generate_id(xcb);
	}
	return redirects->pixmap;
}

bool shot_redirects_add(struct shot_redirects *redirects, xcb_connection_t *xcb,
	xcb_window_t window, struct shot_error *err)
{
	if (redirects->count == redirects->capacity) {
		unsigned capacity = redirects->capacity ? 2 * redirects->capacity : 8;
		struct shot_redirect *list =
			realloc(redirects->list, capacity * sizeof *redirects->list);
		if (!list) {
			return shot_fail_errno(err, ENOMEM, "cannot redirect window 0x%x", window);
		}
		redirects->list = list;
		redirects->capacity = capacity;
	}
	redirects->list[redirects->count++] =
		(struct shot_redirect){.window = window, .used = shot_clock_ns()};
	xcb_discard_reply(xcb,
		xcb_composite_redirect_window_checked(xcb, window, XCB_COMPOSITE_REDIRECT_AUTOMATIC)
			.sequence);
	return true;
}

void shot_redirects_use(struct shot_redirects *redirects, xcb_window_t window)
{
	for (unsigned i = 0; i < redirects->count; i++) {
		if (redirects->list[i].window == window) {
			redirects->list[i].used = shot_clock_ns();
		}
	}
}

unsigned shot_redirects_end(struct shot_redirects *redirects, xcb_connection_t *xcb, int64_t idle)
{
	unsigned kept = 0, count = redirects->count;
	int64_t now = shot_clock_ns();
	for (unsigned i = 0; i < count; i++) {
		struct shot_redirect *redirect = &redirects->list[i];
		if (idle > 0 && now - redirect->used < idle) {
			redirects->list[kept++] = *redirect;
			continue;
		}
		xcb_discard_reply(xcb, xcb_composite_unredirect_window_checked(xcb,
					       redirect->window, XCB_COMPOSITE_REDIRECT_AUTOMATIC)
					       .sequence);
	}
	redirects->count = kept;
	if (kept < count) {
		shot_io_flush(xcb);
	}
	return count - kept;
}

void shot_redirects_finish(struct shot_redirects *redirects)
{
	free(redirects->list);
	*redirects = (struct shot_redirects){0};
}
