/* The windows of one request: where they are before their pixels are read, and whether that was
 * still so afterwards. All are asked at once. */
#ifndef SHOT_X11_WINDOW_SEARCH_H
#define SHOT_X11_WINDOW_SEARCH_H

#include "capture/source.h"

/* As in capture/source.h. Windows that were never asked for what is covered of them get time to
 * paint it: then the search has a time to wake. */
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
