/* Reads a monitor's description of itself (VESA E-EDID 1.4, section 3.10.3: display descriptors).
 * */
#ifndef SHOT_X11_EDID_H
#define SHOT_X11_EDID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHOT_EDID_NAME 14 /* 13 characters at most, and the end */

/* Read the product name from the EDID base block. False, with an empty `name`, when the block is
 * short, has a wrong header or checksum, or contains no name. Only printable ASCII is kept. */
bool shot_edid_name(const uint8_t *edid, size_t size, char name[SHOT_EDID_NAME]);

#endif
