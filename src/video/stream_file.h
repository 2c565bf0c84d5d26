/* An open file as libavformat reads and writes one. */
#ifndef SHOT_VIDEO_STREAM_FILE_H
#define SHOT_VIDEO_STREAM_FILE_H

#include "video/library.h"

struct shot_stream_file {
	int fd;
	int64_t at;   /* where the next byte is read or written, in a file that can be sought */
	int64_t size; /* the end of what was written */
	bool is_seekable;
	AVIOContext *io;
};

/* For `fd`, which stays the caller's, as does its position. ENOMEM. */
bool shot_stream_file_open(
	struct shot_stream_file *file, int fd, bool is_written, struct shot_error *err);

/* Free libavformat's buffer; the descriptor stays open. A zeroed file is allowed. */
void shot_stream_file_close(struct shot_stream_file *file);

#endif
