#include "capture/pace.h"

#define LONGEST 1e18 /* ns: thirty years, so that no sum of a few overflows */

void shot_pace_start(struct shot_pace *pace, double fps, int64_t now)
{
	double period = fps > 0 ? 1e9 / fps : 0;
	*pace = (struct shot_pace){
		.period = (int64_t)(period < LONGEST ? period : LONGEST), .due = now};
}

void shot_pace_sent(struct shot_pace *pace, int64_t now)
{
	if (pace->count++ == 0) {
		pace->first = now;
	}
	pace->last = now;
	if (pace->period == 0) {
		pace->due = now;
		return;
	}
	pace->lateness += now > pace->due ? now - pace->due : 0;
	int64_t missed = now > pace->due ? (now - pace->due) / pace->period : 0;
	pace->skipped += (uint64_t)missed;
	pace->due += (missed + 1) * pace->period;
}

int64_t shot_pace_opens(const struct shot_pace *pace, int64_t frame_ns)
{
	return pace->due - frame_ns;
}

double shot_pace_rate(const struct shot_pace *pace)
{
	int64_t span = pace->last - pace->first;
	return pace->count < 2 || span <= 0 ? 0 : (double)(pace->count - 1) * 1e9 / (double)span;
}

double shot_pace_lateness(const struct shot_pace *pace)
{
	return pace->count ? (double)pace->lateness / 1e9 / (double)pace->count : 0;
}
