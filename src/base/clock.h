/* Time in nanoseconds. A deadline is a point on the monotonic clock, so that a wait that is
 * interrupted and resumed does not grow. */
#ifndef SHOT_BASE_CLOCK_H
#define SHOT_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define SHOT_NS_PER_S INT64_C(1000000000)
#define SHOT_FOREVER INT64_MAX /* the deadline that never comes */

/* CLOCK_MONOTONIC now. */
int64_t shot_clock_ns(void);

/* CLOCK_REALTIME now, since the epoch. */
int64_t shot_clock_wall_ns(void);

/* Seconds as nanoseconds: 0 for zero and less (and NaN), SHOT_FOREVER beyond a century. */
int64_t shot_duration_ns(double seconds);

/* The deadline that many seconds from now. Zero and less (and NaN) is "now": try once, do not wait.
 * Anything beyond a century is SHOT_FOREVER. */
int64_t shot_deadline_in(double seconds);

/* A deadline in 32 bits, and out of them again within 24 days: in ms, and 24 days from now at most.
 */
int32_t shot_deadline_fold(int64_t deadline);
int64_t shot_deadline_unfold(int32_t folded);

/* The time left until `deadline`, never negative, as ppoll(2) takes it. Returns NULL for
 * SHOT_FOREVER, else `out`. */
const struct timespec *shot_deadline_left(int64_t deadline, struct timespec *out);

#endif
