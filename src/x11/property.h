/* Reads the properties of windows. Any program can write any bytes there, so these functions check
 * type, length and encoding. */
#ifndef SHOT_X11_PROPERTY_H
#define SHOT_X11_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xcb/xcb.h>

struct shot_property {
	xcb_atom_t type;  /* 0 when the window has none */
	unsigned format;  /* bits of an element: 8, 16 or 32 */
	const void *data; /* the reply's */
	size_t size;	  /* in bytes */
};

/* The property of a reply; NULL (refused) is an absent property. */
struct shot_property shot_property_of(const xcb_get_property_reply_t *reply);

/* One clean line of at most `size` bytes, NUL included, by shot_text_read; a property of type
 * `utf8` must be UTF-8. False, and an empty `out`, when no text is left. */
bool shot_property_text(
	const struct shot_property *property, xcb_atom_t utf8, char *out, size_t size);

/* WM_CLASS: the name of the instance and of the class, as by shot_text_read. Missing ones are
 * empty. */
void shot_property_class(
	const struct shot_property *property, char *instance, char *class_name, size_t size);

/* The first element of a property of 32 bits and that type; 0 for any other property. */
uint32_t shot_property_number(const struct shot_property *property, xcb_atom_t type);

/* The first `count` elements of such a property; false when it has fewer. */
bool shot_property_numbers(
	const struct shot_property *property, xcb_atom_t type, uint32_t *out, size_t count);

/* The windows listed, each once and at most `limit`; the number of them. */
size_t shot_property_windows(const struct shot_property *property, xcb_window_t *out, size_t limit);

#endif
