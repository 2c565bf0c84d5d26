#include "process/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1e15 /* of either: far beyond what there is, and exact as a double */

struct unit {
	const char *name;
	double factor;
};

/* A number and a unit, nothing else; 0 when it is not that, or too much. */
static double read(const char *text, const struct unit *units)
{
	char *end;
	if (!strchr("0123456789.", text[0])) {
		return 0; /* strtod knows signs, spaces and infinity */
	}
	double number = strtod(text, &end);
	for (; units->name; units++) {
		if (strcmp(end, units->name) == 0) {
			double value = number * units->factor;
			return value <= MOST ? value : 0;
		}
	}
	return 0;
}

bool shot_limits_read_memory(const char *text, uint64_t *bytes, struct shot_error *err)
{
	static const struct unit units[] = {{"", 1}, {"K", 0x1p10}, {"M", 0x1p20}, {"G", 0x1p30},
		{"T", 0x1p40}, {"k", 0x1p10}, {"m", 0x1p20}, {"g", 0x1p30}, {"t", 0x1p40}, {0}};
	*bytes = (uint64_t)read(text, units);
	return *bytes >= SHOT_MEMORY_LIMIT_MIN ||
	       shot_fail(err, "EUSAGE", "--memory-limit %s: a size from %uM on is needed, as 512M",
		       text, (unsigned)(SHOT_MEMORY_LIMIT_MIN >> 20));
}

static const struct unit times[] = {{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {0}};

bool shot_limits_read_cpu(const char *text, uint64_t *seconds, struct shot_error *err)
{
	*seconds = (uint64_t)ceil(read(text, times));
	return *seconds > 0 ||
	       shot_fail(err, "EUSAGE", "--cpu-limit %s: a time is needed, as 10s or 5m", text);
}

double shot_limits_read_grace(const char *text)
{
	return text && strchr("0123456789.", text[0]) ? read(text, times) : SHOT_GRACE;
}
