/* Encodes captures as a video on a separate thread, so that a slow encoder or disk does not delay
 * captures. It does not encode pictures without changes. The video goes to files, or, for a flight
 * recorder, stays in memory until it is saved. */
#ifndef SHOT_OUTPUT_RECORDING_H
#define SHOT_OUTPUT_RECORDING_H

#include "base/poll.h"
#include "capture/frame.h"
#include "output/path.h"
#include "video/encoder.h"

struct shot_recording_options {
	struct shot_encoder_options
		encoder; /* its strings need not outlive the start; its container is `template`, or
			    for a flight recorder that of its files */
	const char *template; /* output/template.h; NULL for a flight recorder */
	double speed;	      /* seconds that pass in one of the video: a time lapse; 1 or more */
	bool is_appended;     /* continue an existing video */
	double keyframe;      /* seconds at most from one key picture to the next */
	double segment;	      /* seconds in one file, then the next one begins; 0: one file */
	double last;	      /* seconds that a flight recorder keeps, */
	size_t bytes;	      /* and bytes that it never exceeds */
	unsigned waiting;     /* captures whose pixels wait for the encoder at most, 1 or more */
};

struct shot_recording_stats {
	uint64_t encoded; /* pictures in the video */
	uint64_t dropped; /* captures dropped for lack of room */
	uint64_t files;	  /* begun */
	uint64_t bytes;	  /* of all packets so far */
	uint64_t kept;	  /* bytes that a flight recorder keeps now */
	int64_t lasts_ns; /* from the first capture to the last one, or to the end */
};

struct shot_recording;

/* Start with `first`; all captures have its size. Fails as shot_encoder_open and
 * shot_video_file_open do, without leftovers; a flight recorder with EINVAL also for an encoder
 * that holds pictures back, and therefore it waits until the first one is encoded. */
struct shot_recording *shot_recording_start(const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err);

/* Record a capture, later than the one before it; the recording holds a reference to its pixels.
 * `*has_room` receives whether there was room. Fails with the reason for which the recording ended.
 * */
bool shot_recording_put(struct shot_recording *recording, const struct shot_frame *frame,
	bool *has_room, struct shot_error *err);

/* Whether to put a capture now: it finds room, or a failure is to be told. */
bool shot_recording_has_room(struct shot_recording *recording);

/* For a flight recorder: write the kept video, and that of the next `after` seconds, to the file
 * that `template` names. Returns the save's number, 0 with EBUSY when too many are in progress.
 */
uint64_t shot_recording_save(struct shot_recording *recording, const char *template, double after,
	struct shot_error *err);

/* The outcome of a save, returned once: WAITING, DONE with its path, FAILED. */
enum shot_poll shot_recording_saved(struct shot_recording *recording, uint64_t number,
	struct shot_path_buffer *path, struct shot_error *err);

/* End the video: its last picture is seen until `time_ns`. Returns at once. */
void shot_recording_end(struct shot_recording *recording, int64_t time_ns);

/* A descriptor that is readable after the end, a failure or a finished save, until
 * shot_recording_look. */
int shot_recording_fd(const struct shot_recording *recording);

/* Whether the video has ended; reads the descriptor. */
bool shot_recording_look(struct shot_recording *recording);

/* The figures of now; any thread. */
struct shot_recording_stats shot_recording_stats(struct shot_recording *recording);

/* The path of the latest file, "" for none. */
void shot_recording_path(struct shot_recording *recording, struct shot_path_buffer *path);

/* After the end: whether the recording succeeded. `note` reports a remaining flaw, or is empty. */
bool shot_recording_result(
	struct shot_recording *recording, struct shot_error *note, struct shot_error *err);

/* End the recording if it has not ended, wait for its end, and free it. NULL is allowed. */
void shot_recording_destroy(struct shot_recording *recording);

#endif
