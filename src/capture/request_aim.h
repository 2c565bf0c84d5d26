/* Where the targets of a request are, on the layout at hand. */
#ifndef SHOT_CAPTURE_REQUEST_AIM_H
#define SHOT_CAPTURE_REQUEST_AIM_H

#include <stdbool.h>

#include "base/error.h"

struct shot_request;

/* Find every target, and say where its pixels are read and what its frame says of them. ENOMONITOR,
 * EGEOMETRY. */
bool shot_request_aim(struct shot_request *request, struct shot_error *err);

/* Whether the layout, just read anew, still puts every target where it was captured. */
bool shot_request_is_in_place(const struct shot_request *request);

#endif
