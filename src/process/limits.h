/* How much a sandboxed script may use, as its user writes it. */
#ifndef SHOT_PROCESS_LIMITS_H
#define SHOT_PROCESS_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define SHOT_GRACE 5.0 /* seconds; lua/luashot/host/shutdown.lua has it, too */
#define SHOT_MEMORY_LIMIT_MIN ((uint64_t)64 << 20) /* the host itself needs about half of it */

struct shot_limits {
	uint64_t memory; /* bytes of address space; 0: no limit */
	uint64_t cpu;	 /* seconds of processor time; 0: no limit */
};

/* All are read as base/duration.h says.
 *
 * Read "512M" (K, M, G, T: powers of 1024; without one, bytes). EUSAGE below SHOT_MEMORY_LIMIT_MIN
 * and for what is not a size. */
bool shot_limits_read_memory(const char *text, uint64_t *bytes, struct shot_error *err);

/* Read "10s" (ms, s, m, h; without one, seconds), rounded up to whole seconds, because the kernel
 * counts these. EUSAGE for zero and for what is not a time. */
bool shot_limits_read_cpu(const char *text, uint64_t *seconds, struct shot_error *err);

/* Seconds of grace: "5s" likewise. What it is where nothing (NULL) is said, and for what is not a
 * time, about which the host complains. */
double shot_limits_read_grace(const char *text);

#endif
