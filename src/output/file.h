/* Writes a file that appears only when it is whole, where possible. */
#ifndef SHOT_OUTPUT_FILE_H
#define SHOT_OUTPUT_FILE_H

#include <stddef.h>

#include "base/error.h"
#include "output/path.h"
#include "output/stream.h"

/* The action when the name is taken. */
enum shot_clobber {
	SHOT_CLOBBER_REPLACE, /* the new file takes its place */
	SHOT_CLOBBER_ERROR,   /* EEXIST */
	SHOT_CLOBBER_NUMBER,  /* name_1.png, name_2.png, …: the first that is free */
};

#define SHOT_MODE_USUAL (-1)

struct shot_file_options {
	enum shot_clobber clobber;
	int mode; /* 0 to 0777, exactly; SHOT_MODE_USUAL: a new file gets 0600 less the umask, a
		     replaced one keeps its mode */
	bool is_synced; /* wait until the bytes and the name have reached the disk */
};

/* Save `size` bytes as `path`.
 *
 * A new file is written without a name, or under a temporary one if the file system requires it,
 * and gets its name when it is whole: a failure leaves no part of it behind. Two writers never get
 * the same name with ERROR or NUMBER, for which a link counts as taken.
 *
 * REPLACE follows links, including dangling ones. It exchanges a regular file in one step for a new
 * one with its mode, owner and group. It is written in place where an exchange would lose
 * something: it has further names (hard links), extended attributes or access rights beyond the
 * mode, an owner or a group that this process cannot give away, or a folder where this process can
 * make or exchange no names. Written in place it is not whole for a moment; room for all of it is
 * taken first, so that a full disk or a limit leaves it as it was.
 *
 * A pipe, terminal or device is written to with REPLACE alone; a pipe needs a reader (ENXIO). A
 * descriptor of this process (/dev/stdout, /dev/fd/N, /proc/self/fd/N) is written through, where it
 * stands, whatever `clobber` says. Both take as many bytes as they have room for. `rest` holds the
 * remaining ones: write it by shot_stream_write or shot_stream_finish, and close it in any case.
 * `data` and `path` must live until then.
 *
 * In a folder where everybody may write, files and links of other users are not followed, opened or
 * replaced.
 *
 * On success `path` is the name that the file got. Fails with the system's code: EEXIST, ENOSPC,
 * EFBIG (a limit of the process, too: no signal is raised) and so on. */
bool shot_file_save(struct shot_path_buffer *path, const void *data, size_t size,
	const struct shot_file_options *options, struct shot_stream *rest, struct shot_error *err);

/* As shot_file_save, and wait for the reader of a pipe: `stop` as for shot_stream_finish. */
bool shot_file_save_all(struct shot_path_buffer *path, const void *data, size_t size,
	const struct shot_file_options *options, struct shot_stop *stop, struct shot_error *err);

/* Prepare `path` for another program to write: find its place as with REPLACE, with the same
 * errors, and make an empty file if there is none, for its user alone. */
bool shot_file_claim(const char *path, bool *is_new, struct shot_error *err);

#endif
