/* Negotiates the server's extensions. */
#ifndef SHOT_X11_EXTENSIONS_H
#define SHOT_X11_EXTENSIONS_H

#include "x11/display.h"

/* Negotiate versions, and fill the display's fields about extensions. All questions go out before
 * the function waits for the first answer, which blocks. On a lost connection, extensions count as
 * missing. */
void shot_extensions_negotiate(struct shot_display *display);

#endif
