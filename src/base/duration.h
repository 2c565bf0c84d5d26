/* Durations and sizes as people write them: "250ms", "1.5 h", "512M". Options, jobs and command
 * lines share one grammar, independent of the locale: digits, at most one point among or before
 * them, a unit; spaces may stand before, between and after these. No sign, no exponent, no
 * hexadecimal. */
#ifndef SHOT_BASE_DURATION_H
#define SHOT_BASE_DURATION_H

#include <stdbool.h>
#include <stddef.h>

struct shot_unit {
	const char *name; /* "" allows a number without a unit; NULL ends a table */
	double factor;
};

/* Read the `length` bytes at `text` by a table of units; 0 or more, HUGE_VAL when it is too large
 * for a double. False: the text is not a quantity. Takes time in proportion to `length`. */
bool shot_quantity_read(
	const char *text, size_t length, const struct shot_unit *units, double *value);

/* Seconds; the units are ms, s, m and h. A number without one is seconds if `is_bare`, as on
 * command lines, and no duration otherwise. */
bool shot_duration_read(const char *text, size_t length, bool is_bare, double *seconds);

#endif
