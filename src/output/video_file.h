/* One file of a video: found by its name, written during the recording, and complete at its end. */
#ifndef SHOT_OUTPUT_VIDEO_FILE_H
#define SHOT_OUTPUT_VIDEO_FILE_H

#include "output/template.h"
#include "video/muxer.h"

struct shot_video_file;

/* Open the file that `template` names for these fields; a new one is for its user alone; an
 * existing one is overwritten and keeps its mode and its further names, or with `is_appended`
 * continued (video/append.h). A pipe needs a reader (ENXIO). Fails as shot_file_save does, and as
 * shot_muxer_open. */
struct shot_video_file *shot_video_file_open(const char *template,
	const struct shot_template_fields *fields, const AVCodecContext *encoder, bool is_appended,
	struct shot_error *err);

/* As shot_muxer_put. */
bool shot_video_file_put(
	struct shot_video_file *file, const AVPacket *packet, struct shot_error *err);

/* Fails with ENOENT when the file was removed, so that nothing of it will be left. */
bool shot_video_file_is_there(const struct shot_video_file *file, struct shot_error *err);

/* As shot_muxer_deadline and shot_muxer_flush. */
int64_t shot_video_file_deadline(const struct shot_video_file *file);
bool shot_video_file_flush(struct shot_video_file *file, int64_t until, struct shot_error *err);

/* Write the end: the last picture is seen until `until`. An MP4 is then made a plain one; if that
 * is impossible, it stays one in fragments, which plays as well, and `why` gives the reason (else
 * it is empty). Call it after a failure as well: it completes the written part, if it can. */
bool shot_video_file_finish(struct shot_video_file *file, int64_t until, struct shot_error *why,
	struct shot_error *err);

/* The name that the template gave. */
const char *shot_video_file_path(const struct shot_video_file *file);

/* Close the video, and remove a new file without bytes. NULL is allowed. */
void shot_video_file_close(struct shot_video_file *file);

#endif
