/* How many threads this process has, to be compared with how many it had. */
#ifndef SPEC_THREADS_H
#define SPEC_THREADS_H

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>

static inline int count_threads(void)
{
	char line[128];
	int count = 0;
	FILE *status = fopen("/proc/self/status", "re");
	while (fgets(line, sizeof line, status)) {
		sscanf(line, "Threads: %d", &count);
	}
	fclose(status);
	return count;
}

/* Whether it has that many, waiting for that: one that was joined is counted until the kernel has
 * done with it. */
static inline bool are_threads(int count)
{
	for (int i = 0; i < 5000 && count_threads() != count; i++) {
		poll(NULL, 0, 2);
	}
	return count_threads() == count;
}

#endif
