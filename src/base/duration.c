#include "base/duration.h"

#include <string.h>

/* A double cannot hold more digits; fewer are exact, as is the power of ten below them. */
enum { DIGITS = 17 };

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_spaces(const char *at, const char *end)
{
	while (at < end && is_space(*at)) {
		at++;
	}
	return at;
}

/* Returns the end of the number; `at` itself when there is none. */
static const char *read_number(const char *at, const char *end, double *value)
{
	const char *start = at;
	double sum = 0, scale = 1;
	int significant = 0;
	bool is_fraction = false, has_digit = false;
	for (; at < end && (is_digit(*at) || (*at == '.' && !is_fraction)); at++) {
		if (*at == '.') {
			is_fraction = true;
			continue;
		}
		has_digit = true;
		if (is_fraction && significant >= DIGITS) {
			continue;
		}
		sum = 10 * sum + (*at - '0');
		scale *= is_fraction ? 10 : 1;
		significant += sum > 0;
	}
	*value = sum / scale;
	return has_digit ? at : start;
}

bool shot_quantity_read(
	const char *text, size_t length, const struct shot_unit *units, double *value)
{
	const char *end = text + length, *at = skip_spaces(text, end);
	double number;
	const char *unit = read_number(at, end, &number);
	if (unit == at) {
		return false;
	}
	unit = skip_spaces(unit, end);
	while (end > unit && is_space(end[-1])) {
		end--;
	}
	size_t size = (size_t)(end - unit);
	for (; units->name; units++) {
		if (strlen(units->name) == size && memcmp(units->name, unit, size) == 0) {
			*value = number * units->factor;
			return true;
		}
	}
	return false;
}

bool shot_duration_read(const char *text, size_t length, bool is_bare, double *seconds)
{
	static const struct shot_unit units[] = {
		{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {0}};
	return shot_quantity_read(text, length, is_bare ? units : units + 1, seconds);
}
