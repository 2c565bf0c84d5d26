#include "process/limits.h"

#include <math.h>
#include <string.h>

#include "base/duration.h"

#define MOST 1e15 /* of either: beyond any machine, and exact as a double */

/* Reads a quantity; 0 when the text is not one, or it is too large. */
static double read(const char *text, const struct shot_unit *units)
{
	double value;
	return shot_quantity_read(text, strlen(text), units, &value) && value <= MOST ? value : 0;
}

/* Reads seconds; -1 when the text is not a time, or it is too large. */
static double read_time(const char *text)
{
	double seconds;
	return shot_duration_read(text, strlen(text), true, &seconds) && seconds <= MOST ? seconds
											 : -1;
}

bool shot_limits_read_memory(const char *text, uint64_t *bytes, struct shot_error *err)
{
	static const struct shot_unit units[] = {{"", 1}, {"K", 0x1p10}, {"M", 0x1p20},
		{"G", 0x1p30}, {"T", 0x1p40}, {"k", 0x1p10}, {"m", 0x1p20}, {"g", 0x1p30},
		{"t", 0x1p40}, {0}};
	*bytes = (uint64_t)read(text, units);
	return *bytes >= SHOT_MEMORY_LIMIT_MIN ||
	       shot_fail(err, "EUSAGE", "--memory-limit %s: a size from %uM on is needed, as 512M",
		       text, (unsigned)(SHOT_MEMORY_LIMIT_MIN >> 20));
}

bool shot_limits_read_cpu(const char *text, uint64_t *seconds, struct shot_error *err)
{
	double time = read_time(text);
	*seconds = time > 0 ? (uint64_t)ceil(time) : 0;
	return *seconds > 0 ||
	       shot_fail(err, "EUSAGE", "--cpu-limit %s: a time is needed, as 10s or 5m", text);
}

double shot_limits_read_grace(const char *text)
{
	double time = text ? read_time(text) : -1;
	return time >= 0 ? time : SHOT_GRACE;
}
