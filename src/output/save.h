/* Saving off the main thread: a frame on its way to a file, or to a file's bytes, as a task for
 * base/worker. */
#ifndef SHOT_OUTPUT_SAVE_H
#define SHOT_OUTPUT_SAVE_H

#include "base/worker.h"
#include "capture/frame.h"
#include "codec/encode.h"
#include "output/file.h"

/* The options of a save. */
struct shot_save_options {
	const struct shot_codec *codec;
	struct shot_encode_options encode; /* its origin.source need not outlive the call */
	int32_t width; /* at most this wide, in the same proportion; 0: as wide as the frame */
	struct shot_file_options file;
};

struct shot_save {
	struct shot_task task;
	uint64_t id;		      /* the owner's */
	bool is_ok;		      /* once the task has run */
	struct shot_path_buffer path; /* the name that the file got; empty without a file */
	struct shot_blob blob; /* the bytes then; shot_save_destroy frees what is left here */
	struct shot_error err; /* the reason of a failure */

	struct shot_stop *stop; /* the owner's: ends the wait for a pipe's reader; or NULL */

	struct shot_save_options options; /* the rest is for the tasks alone */
	struct shot_frame frame;
	int file; /* a descriptor that the task works on; -1: none */
};

/* Make a save, which holds a reference to the frame's pixels until its task has run. `template` is
 * expanded now: its errors, and ENOMEM. NULL: no file, the bytes alone. */
struct shot_save *shot_save_create(const struct shot_frame *frame,
	const struct shot_save_options *options, const char *template, struct shot_error *err);

/* Encode and write the frame, on the worker's thread. */
void shot_save_run(struct shot_task *task);

/* Free it; its task must not be queued or running. NULL is allowed. */
void shot_save_destroy(struct shot_save *save);

#endif
