/* Finds the windows of one request before their pixels are read, and checks afterwards that they
 * stayed in place. It asks about all windows at once. */
#ifndef SHOT_X11_WINDOW_SEARCH_H
#define SHOT_X11_WINDOW_SEARCH_H

#include "capture/source.h"

/* As in capture/source.h. After a first request for covered parts, the window gets time to paint
 * them: the search then has a time to wake. */
struct shot_window_search *shot_window_search_create(struct shot_source *source,
	const struct shot_target *targets, unsigned count, struct shot_error *err);
void shot_window_search_destroy(struct shot_window_search *search);
void shot_window_search_begin(struct shot_window_search *search);
enum shot_poll shot_window_search_poll(struct shot_window_search *search, struct shot_error *err);
int64_t shot_window_search_wake(const struct shot_window_search *search);
const struct shot_window_place *shot_window_search_place(
	const struct shot_window_search *search, unsigned i);
void shot_window_search_ask_again(struct shot_window_search *search);
enum shot_poll shot_window_search_poll_again(
	struct shot_window_search *search, bool *same, struct shot_error *err);

#endif
