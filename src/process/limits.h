/* The limits of a sandboxed script, as its user writes them. */
#ifndef SHOT_PROCESS_LIMITS_H
#define SHOT_PROCESS_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define SHOT_GRACE 5.0 /* seconds; the same value as in lua/luashot/host/shutdown.lua */
#define SHOT_MEMORY_LIMIT_MIN ((uint64_t)64 << 20) /* the host itself needs about half of it */

struct shot_limits {
	uint64_t memory; /* bytes of address space; 0: no limit */
	uint64_t cpu;	 /* seconds of processor time; 0: no limit */
};

/* The functions follow the grammar of base/duration.h.
 *
 * Read "512M" (K, M, G, T: powers of 1024; without one, bytes). EUSAGE below SHOT_MEMORY_LIMIT_MIN,
 * or when the text is not a size. */
bool shot_limits_read_memory(const char *text, uint64_t *bytes, struct shot_error *err);

/* Read "10s" (ms, s, m, h; without one, seconds), rounded up to whole seconds, because the kernel
 * counts these. EUSAGE for zero, or when the text is not a time. */
bool shot_limits_read_cpu(const char *text, uint64_t *seconds, struct shot_error *err);

/* Read the seconds of grace: "5s" likewise. Returns the default for NULL, and for a text that is
 * not a time, which the host reports. */
double shot_limits_read_grace(const char *text);

#endif
