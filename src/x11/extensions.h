/* What the server can do beyond the core protocol. */
#ifndef SHOT_X11_EXTENSIONS_H
#define SHOT_X11_EXTENSIONS_H

#include "x11/display.h"

/* Agree on versions and fill in what the display says of extensions. All questions go out before
 * the first answer is awaited, which blocks; what a lost connection cannot answer is not there. */
void shot_extensions_negotiate(struct shot_display *display);

#endif
