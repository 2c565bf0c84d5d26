/* The places of a request's targets: on the source's layout, around the pointer, or where a search
 * has found their windows. Nothing here asks the source. */
#ifndef SHOT_CAPTURE_REQUEST_AIM_H
#define SHOT_CAPTURE_REQUEST_AIM_H

#include <stdbool.h>

#include "base/error.h"

struct shot_request;
struct shot_window_place;

/* Find every target, and set its tile and the fields of its frame, those of the memory excepted.
 * Fails as shot_target_resolve does. */
bool shot_request_find(struct shot_request *request, struct shot_error *err);

/* Whether every target has the place that shot_request_find gave it, on a layout that was read
 * again. */
bool shot_request_is_in_place(const struct shot_request *request);

/* The place of target `i`'s window, valid until the next search; NULL when the target is not a
 * window. */
const struct shot_window_place *shot_request_window(const struct shot_request *request, unsigned i);

#endif
