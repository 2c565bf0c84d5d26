/* One piece of work on several processors, for as long as one call takes. */
#ifndef SHOT_BASE_PARALLEL_H
#define SHOT_BASE_PARALLEL_H

enum { SHOT_PARALLEL_MOST = 4 }; /* more do not pay for what works at the speed of memory */

/* The parts that `most` pieces are worth: as many as processors, which this process may use, at
 * most `most` and SHOT_PARALLEL_MOST, at least 1. */
unsigned shot_parallel_parts(unsigned most);

/* Call `run(context, part)` once for each part from 0 to `parts` - 1, at most SHOT_PARALLEL_MOST,
 * each on a thread of its own, the first on this one. Returns when all have returned. A part whose
 * thread cannot be started runs on this thread, after the first. */
void shot_parallel(unsigned parts, void (*run)(void *context, unsigned part), void *context);

#endif
