/* Bytes to a file: whole, or not at all. */
#ifndef SHOT_OUTPUT_FILE_H
#define SHOT_OUTPUT_FILE_H

#include <stddef.h>

#include "base/error.h"
#include "output/path.h"

/* What to do when the name is taken. */
enum shot_clobber {
	SHOT_CLOBBER_REPLACE, /* put the new file in its place, in one step */
	SHOT_CLOBBER_ERROR,   /* EEXIST */
	SHOT_CLOBBER_NUMBER,  /* name_1.png, name_2.png, … : the first that is free */
};

/* Save `size` bytes as `path`. They are written to a temporary file in the same folder, which takes
 * its name when it is whole; whatever fails, no half-written and no temporary file stays, and what
 * was there before is untouched. The new file has the permissions that the umask gives to any new
 * file. Two writers never get the same name with ERROR or NUMBER.
 *
 * A link counts as taken; REPLACE follows it and replaces the file that it points to (a link that
 * points nowhere is replaced itself). What is not a regular file (/dev/null, a terminal, a FIFO,
 * whose reader must be there: ENXIO) is written to directly, whatever `clobber` says.
 *
 * On success `path` is the name that was taken. Fails with the system's code. */
bool shot_file_save(struct shot_path_buffer *path, const void *data, size_t size,
	enum shot_clobber clobber, struct shot_error *err);

/* Write all of it to an open descriptor, which may be non-blocking. `name` is for the message. */
bool shot_file_write(
	int fd, const char *name, const void *data, size_t size, struct shot_error *err);

#endif
