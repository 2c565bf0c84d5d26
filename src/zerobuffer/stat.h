/* Inspects a ring without disturbing it. */
#ifndef ZB_STAT_H
#define ZB_STAT_H

#include <stdbool.h>

#include "base/error.h"
#include "zerobuffer/layout.h"
#include "zerobuffer/liveness.h"

enum zb_health {
	ZB_HEALTH_GOOD,	    /* less than 80 % of the ring is in use */
	ZB_HEALTH_DEGRADED, /* 80 % and more */
	ZB_HEALTH_CRITICAL, /* 95 % and more: the reader is too slow, or the ring too small */
};

struct zb_stat {
	struct zb_oieb oieb; /* a copy; fields below that depend on it are checked */
	struct zb_geometry geometry;
	double utilization; /* of the ring, 0 to 1 */
	enum zb_health health;
	enum zb_life writer, reader;
};

/* ENOENT, EACCES; ECORRUPT when it is not a ring; EVERSION. */
bool zb_stat(const char *name, struct zb_stat *out, struct shot_error *err);

/* "good", "degraded" or "critical". */
const char *zb_health_name(enum zb_health health);

#endif
