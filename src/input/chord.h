/* Keys by name: "ctrl+shift+t", "Return", "é". */
#ifndef SHOT_INPUT_CHORD_H
#define SHOT_INPUT_CHORD_H

#include <stdint.h>

#include "base/error.h"
#include "input/act.h"

/* The keysyms of the keys in `text`, joined by '+', of which there are 1 to SHOT_ACT_KEYS: ctrl,
 * shift, alt, altgr, super, single characters in UTF-8, and the names of keysyms (Return, F5,
 * Page_Up; large or small letters are the same to it, and enter, esc, pageup, … are known, too).
 * '+' itself is a key if no text precedes it: "ctrl++". Returns the count; 0 with EINVAL and the
 * invalid part, or with ENOTSUP. */
unsigned shot_chord_parse(const char *text, uint32_t keys[SHOT_ACT_KEYS], struct shot_error *err);

/* The keysym of a character of Unicode: Return for "\n", Tab for "\t"; 0 (no symbol) for control
 * characters that no key gives. */
uint32_t shot_chord_of(uint32_t character);

#endif
