/* The X server's refusals as errors. */
#ifndef SHOT_X11_FAIL_H
#define SHOT_X11_FAIL_H

#include <xcb/xcb.h>

#include "base/error.h"

/* Fill `err` from an X error about `what` ("cannot attach a slot"); false. Codes: EACCES, ENOMEM
 * for BadAccess and BadAlloc, EGEOMETRY for BadMatch, EGONE for BadWindow and BadDrawable, else
 * EXERROR. */
bool shot_fail_x(struct shot_error *err, const xcb_generic_error_t *error, const char *what);

/* Fill `err` for a lost connection: ELOST with the likely reason; false. */
bool shot_fail_lost(struct shot_error *err, xcb_connection_t *xcb);

#endif
