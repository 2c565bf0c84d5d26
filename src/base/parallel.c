#include "base/parallel.h"

#include <assert.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/helper.h"

struct part {
	void (*run)(void *context, unsigned part);
	void *context;
	unsigned number;
	struct shot_helper helper;
	bool has_helper;
};

unsigned shot_parallel_parts(unsigned most)
{
	if (most < 2) {
		return 1;
	}
	cpu_set_t set;
	unsigned parts =
		sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
	parts = parts < SHOT_PARALLEL_MOST ? parts : SHOT_PARALLEL_MOST;
	return parts < most ? parts : most;
}

static void *run_part(void *argument)
{
	struct part *part = argument;
	part->run(part->context, part->number);
	return NULL;
}

void shot_parallel(unsigned parts, void (*run)(void *context, unsigned part), void *context)
{
	struct part part[SHOT_PARALLEL_MOST];
	assert(parts <= SHOT_PARALLEL_MOST);
	for (unsigned i = 1; i < parts; i++) {
		part[i].run = run;
		part[i].context = context;
		part[i].number = i;
		part[i].has_helper = shot_helper_start(&part[i].helper, run_part, &part[i]) == 0;
	}
	run(context, 0);
	for (unsigned i = 1; i < parts; i++) {
		if (part[i].has_helper) {
			shot_helper_join(&part[i].helper);
		} else {
			run(context, i);
		}
	}
}
