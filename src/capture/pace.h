/* The deadlines of a series of captures. They lie on a grid from the first one on, so that they do
 * not drift. Deadlines that a slow consumer misses are skipped and counted, never made up for. */
#ifndef SHOT_CAPTURE_PACE_H
#define SHOT_CAPTURE_PACE_H

#include <stdint.h>

struct shot_pace {
	int64_t period;	  /* ns between two captures; 0: as fast as possible */
	int64_t due;	  /* monotonic ns of the next capture */
	int64_t first;	  /* when the first one was sent */
	int64_t last;	  /* when the last one was sent */
	uint64_t count;	  /* captures sent */
	uint64_t skipped; /* missed deadlines */
	int64_t lateness; /* the sum of the captures' delays in ns */
};

/* Start at `fps` captures a second (0: as fast as possible), the first due `now`. */
void shot_pace_start(struct shot_pace *pace, double fps, int64_t now);

/* Count a capture that is sent at `now`, and move on to the next deadline that is not past by a
 * whole period. */
void shot_pace_sent(struct shot_pace *pace, int64_t now);

/* The time from which on the next capture may be sent. Where captures end with the screen's next
 * frame, after at most `frame_ns`, that is so long before the deadline: then a deadline that lies
 * close to the screen's frames never misses one of them. */
int64_t shot_pace_opens(const struct shot_pace *pace, int64_t frame_ns);

/* Captures a second from the first to the last, 0 before there are two. */
double shot_pace_rate(const struct shot_pace *pace);

/* Mean lateness in seconds. */
double shot_pace_lateness(const struct shot_pace *pace);

#endif
