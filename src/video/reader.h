/* Reads the packets of a video file. */
#ifndef SHOT_VIDEO_READER_H
#define SHOT_VIDEO_READER_H

#include "video/stream_file.h"

struct shot_reader {
	struct shot_stream_file file;
	AVFormatContext *format;
	AVStream *stream; /* the first one; times are in its time base */
};

/* Read the regular file `fd`, which stays the caller's. Returns a status of libav: negative for a
 * file that is not a video. Close it in any case. */
int shot_reader_open(struct shot_reader *reader, int fd);

/* Read the next packet of the stream; the caller owns the reference. AVERROR_EOF after the last. */
int shot_reader_next(struct shot_reader *reader, AVPacket *packet);

/* Free it, after a failed open as well. The descriptor stays open. */
void shot_reader_close(struct shot_reader *reader);

#endif
