/* When the captures of a series are due. Deadlines lie on a grid from the first one on, so that
 * they do not drift; those that a slow consumer lets pass are skipped and counted, never made up
 * for. */
#ifndef SHOT_CAPTURE_PACE_H
#define SHOT_CAPTURE_PACE_H

#include <stdint.h>

struct shot_pace {
	int64_t period;	  /* ns between two captures; 0: as fast as it goes */
	int64_t due;	  /* monotonic ns; when the next one is */
	int64_t first;	  /* when the first one was sent */
	int64_t last;	  /* when the last one was sent */
	uint64_t count;	  /* captures sent */
	uint64_t skipped; /* deadlines let pass */
	int64_t lateness; /* ns by which the captures were sent after they were due, summed up */
};

/* Start at `fps` captures a second (0: as fast as it goes), the first due `now`. */
void shot_pace_start(struct shot_pace *pace, double fps, int64_t now);

/* A capture is sent at `now`: count it, and move on to the next deadline that is not past by a
 * whole period already. */
void shot_pace_sent(struct shot_pace *pace, int64_t now);

/* Captures a second from the first to the last, 0 before there are two. */
double shot_pace_rate(const struct shot_pace *pace);

/* Mean lateness in seconds. */
double shot_pace_lateness(const struct shot_pace *pace);

#endif
