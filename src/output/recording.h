/* Captures as a video, on a thread of its own: a slow encoder or disk keeps nobody from capturing.
 * What has not changed is not encoded. The video goes to files, or, for a flight recorder, stays in
 * memory until it is wanted. */
#ifndef SHOT_OUTPUT_RECORDING_H
#define SHOT_OUTPUT_RECORDING_H

#include "base/poll.h"
#include "capture/frame.h"
#include "output/path.h"
#include "video/encoder.h"

struct shot_recording_options {
	struct shot_encoder_options encoder; /* its strings need not outlive the start; its
						container is `template`, or for a flight recorder
						any that its files may have */
	const char *template;		     /* output/template.h; NULL for a flight recorder */
	double keyframe;		     /* seconds at most from one key picture to the next */
	double segment;	  /* seconds in one file, then the next one begins; 0: one file */
	double last;	  /* seconds that a flight recorder keeps, */
	size_t bytes;	  /* and bytes that it never exceeds */
	unsigned waiting; /* captures that may wait for the encoder, 1 or more */
};

struct shot_recording_stats {
	uint64_t encoded; /* pictures in the video */
	uint64_t dropped; /* captures for which there was no room */
	uint64_t files;	  /* begun */
	uint64_t bytes;	  /* of all packets so far */
	uint64_t kept;	  /* bytes that a flight recorder keeps now */
	int64_t lasts_ns; /* from the first capture to the last one, or to the end */
};

struct shot_recording;

/* Start, with `first`, whose size all captures have. Its errors are those of shot_encoder_open and
 * shot_video_file_open; then nothing is left of it. */
struct shot_recording *shot_recording_start(const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err);

/* Record a capture, later than the one before it; its pixels are referred to. `*has_room` says
 * whether there was room. Fails with the reason for which the recording ended. */
bool shot_recording_put(struct shot_recording *recording, const struct shot_frame *frame,
	bool *has_room, struct shot_error *err);

/* Of a flight recorder: write what it keeps, and what comes in the next `after` seconds, to the
 * file that `template` names. Returns the save's number, 0 with EBUSY where too many are under way.
 */
uint64_t shot_recording_save(struct shot_recording *recording, const char *template, double after,
	struct shot_error *err);

/* What became of a save, once: WAITING, DONE with its path, FAILED. */
enum shot_poll shot_recording_saved(struct shot_recording *recording, uint64_t number,
	struct shot_path_buffer *path, struct shot_error *err);

/* The last picture is seen until `time_ns`, then the video is over. Returns at once. */
void shot_recording_end(struct shot_recording *recording, int64_t time_ns);

/* Readable from the end, from a failure or a finished save on, until shot_recording_look. */
int shot_recording_fd(const struct shot_recording *recording);

/* Whether the video is over; what is readable is read. */
bool shot_recording_look(struct shot_recording *recording);

struct shot_recording_stats shot_recording_stats(struct shot_recording *recording);

/* The path of the latest file, "" for none. */
void shot_recording_path(struct shot_recording *recording, struct shot_path_buffer *path);

/* Whether all went well, once it is over. `note` says what is not as it should be all the same, or
 * is empty. */
bool shot_recording_result(
	struct shot_recording *recording, struct shot_error *note, struct shot_error *err);

/* End it where it has not been ended, wait until it is over, and free it. NULL is allowed. */
void shot_recording_destroy(struct shot_recording *recording);

#endif
