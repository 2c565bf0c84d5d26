/* The pictures of one recording in time: it encodes those that are due, and puts the packets into
 * files, one after the other, or into a flight recorder. One thread at a time uses it. Times of
 * pictures are counted in the encoder's time base, from the first capture on. */
#ifndef SHOT_OUTPUT_TRACK_H
#define SHOT_OUTPUT_TRACK_H

#include "output/recording.h"
#include "output/template.h"
#include "video/queue.h"

struct shot_track {
	/* For the caller to read between calls. */
	struct shot_flight *flight;	    /* NULL when there are files */
	struct shot_template_fields fields; /* of the latest file */
	uint64_t encoded, files, bytes;	    /* as in struct shot_recording_stats */
	struct shot_path_buffer path;	    /* of the latest file, "" for none */
	struct shot_error note;		    /* a flaw of a finished file, or empty */

	struct shot_encoder *encoder;
	struct shot_packet_sink sink;
	struct shot_video_file *file;
	char *template; /* the names of the files */
	AVRational base;
	bool is_constant, is_appended;
	bool has_changed; /* the current picture, since the one before */
	double speed;
	int64_t began_ns;
	int64_t repeat_every, key_every, segment; /* lengths; segment: INT64_MAX for one file */
	int64_t last, last_key, now, boundary;
	int64_t wall_offset; /* from the monotonic clock */
	char source[SHOT_FRAME_SOURCE];
};

/* Open the encoder, and the first file if there are files. Fails as shot_recording_start does;
 * close it then, too. The track must stay where it is. */
bool shot_track_open(struct shot_track *track, const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err);

/* Make a capture the current picture. Its pixels are not needed any more then. */
bool shot_track_show(
	struct shot_track *track, const struct shot_update *update, struct shot_error *err);

/* Encode the current picture, if it is due. */
bool shot_track_encode(struct shot_track *track, struct shot_error *err);

/* The moment on the monotonic clock when shot_track_flush is due, SHOT_FOREVER for none. */
int64_t shot_track_deadline(struct shot_track *track);

/* Bring to the files what is due, so that all but the last moment is there when the program is
 * killed. */
bool shot_track_flush(struct shot_track *track, struct shot_error *err);

/* Begin and end the files that a flight recorder was asked for; with `is_end`, end all. Returns
 * whether one was finished. */
bool shot_track_serve(struct shot_track *track, bool is_end);

/* After the last capture: encode the rest, and finish the file. The last picture is seen until
 * `end_ns`. */
bool shot_track_finish(struct shot_track *track, int64_t end_ns, struct shot_error *err);

/* After a failure: finish the file with the pictures that it has, if that is possible. */
void shot_track_abandon(struct shot_track *track);

/* Seconds of the recording's clock in units of the time base. */
int64_t shot_track_units(const struct shot_track *track, double seconds);

/* A track of zeros is allowed. */
void shot_track_close(struct shot_track *track);

#endif
