/* The pictures of one folder, for readers that must see nothing else: each is opened by its name in
 * the folder's descriptor, and no link is followed. Listing and reading are tasks for base/worker,
 * because a disk can be slow. */
#ifndef SHOT_OUTPUT_ALBUM_H
#define SHOT_OUTPUT_ALBUM_H

#include "output/save.h"

#define SHOT_ALBUM_MOST 256 /* pictures of a list */

/* Open a folder. Returns its descriptor, the caller's; -1 with ENOENT, ENOTDIR or the system's
 * code.
 */
int shot_album_open(const char *path, struct shot_error *err);

/* Open a picture for reading: a regular file right in the folder, whose extension is that of a
 * format that this build knows. Returns its descriptor, the caller's; -1 with EFORMAT for any other
 * name or kind of file, ENOENT, ELOOP for a link, or the system's code. */
int shot_album_open_picture(int folder, const char *name, struct shot_error *err);

/* Make a task whose blob is the list of the folder's newest pictures, newest first: a line
 * "MTIME SIZE NAME" for each, MTIME in ns since the epoch. Of names, those in valid UTF-8 without
 * control characters count. At most `most` (1 to SHOT_ALBUM_MOST). */
struct shot_save *shot_album_list(int folder, unsigned most, struct shot_error *err);

/* Make a task whose blob is the picture in the file `fd`, as `options` want it, which have to have
 * a codec. It owns the descriptor, even after a failure. EFORMAT and EFBIG when it has run. */
struct shot_save *shot_album_encode(
	int fd, const char *name, const struct shot_save_options *options, struct shot_error *err);

#endif
