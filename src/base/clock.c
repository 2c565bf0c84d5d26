#include "base/clock.h"

#define CENTURY_S 3.15e9
#define NS_PER_MS INT64_C(1000000)
#define FOLDED_FOREVER INT32_MIN

static int64_t read_clock(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return now.tv_sec * SHOT_NS_PER_S + now.tv_nsec;
}

int64_t shot_clock_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t shot_clock_wall_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t shot_duration_ns(double seconds)
{
	if (!(seconds > 0)) {
		return 0;
	}
	return seconds > CENTURY_S ? SHOT_FOREVER : (int64_t)(seconds * 1e9);
}

int64_t shot_deadline_in(double seconds)
{
	int64_t ns = shot_duration_ns(seconds);
	return ns == SHOT_FOREVER ? SHOT_FOREVER : shot_clock_ns() + ns;
}

int32_t shot_deadline_fold(int64_t deadline)
{
	if (deadline == SHOT_FOREVER) {
		return FOLDED_FOREVER;
	}
	int64_t now = shot_clock_ns() / NS_PER_MS;
	int64_t left = deadline / NS_PER_MS + (deadline % NS_PER_MS > 0) - now;
	left = left < 0 ? -1 : left < INT32_MAX ? left : INT32_MAX;
	int32_t folded = (int32_t)(uint32_t)(now + left);
	return folded == FOLDED_FOREVER ? folded + 1 : folded;
}

int64_t shot_deadline_unfold(int32_t folded)
{
	if (folded == FOLDED_FOREVER) {
		return SHOT_FOREVER;
	}
	int64_t now = shot_clock_ns() / NS_PER_MS;
	int32_t left = (int32_t)((uint32_t)folded - (uint32_t)now);
	return (now + left) * NS_PER_MS;
}

const struct timespec *shot_deadline_left(int64_t deadline, struct timespec *out)
{
	if (deadline == SHOT_FOREVER) {
		return NULL;
	}
	int64_t left = deadline - shot_clock_ns();
	left = left > 0 ? left : 0;
	out->tv_sec = left / SHOT_NS_PER_S;
	out->tv_nsec = left % SHOT_NS_PER_S;
	return out;
}
