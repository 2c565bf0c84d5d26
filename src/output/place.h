/* Finds the place of a path, one link at a time. */
#ifndef SHOT_OUTPUT_PLACE_H
#define SHOT_OUTPUT_PLACE_H

#include <limits.h>
#include <sys/stat.h>

#include "base/error.h"

enum shot_place_kind {
	SHOT_PLACE_FREE,       /* no file has the name */
	SHOT_PLACE_FILE,       /* a regular file */
	SHOT_PLACE_SPECIAL,    /* a pipe, a device, a socket */
	SHOT_PLACE_LINK,       /* a link that the caller did not want to follow */
	SHOT_PLACE_DESCRIPTOR, /* a descriptor of this process */
};

struct shot_place {
	enum shot_place_kind kind;
	int folder;		 /* open with O_PATH; -1 for a descriptor */
	char name[NAME_MAX + 1]; /* in that folder */
	bool is_magic;		 /* the name is a link of /proc, which only the kernel can follow */
	int descriptor;		 /* of a DESCRIPTOR */
	struct stat info;	 /* of a FILE or SPECIAL */
};

/* Find the place of `path`. It follows links, a last one only with `follow`; a dangling link leads
 * to the place where its target would be. /dev/stdout, /dev/fd/N, /proc/self/fd/N and links to them
 * are the descriptor itself in any case: EACCES for one that closes on exec, which this process
 * opened for itself.
 *
 * Everybody can plant names in a folder where everybody may write. There, and in what another user
 * has put there, only links, files and special files of this process's user or of root are followed
 * or found: EACCES for another one. A folder is EISDIR; else the system's own codes. Messages begin
 * with "cannot write PATH". The caller finishes the place when this returns true. */
bool shot_place_find(
	const char *path, bool follow, struct shot_place *place, struct shot_error *err);

/* Open a folder with O_PATH, and follow no link on the way that shot_place_find would not follow.
 * Returns its descriptor, the caller's; -1 with EACCES, or the system's own code. Messages begin
 * with "cannot open the folder PATH". */
int shot_place_open_folder(const char *path, struct shot_error *err);

/* Close its descriptors. */
void shot_place_finish(struct shot_place *place);

/* Fail with "cannot write PATH: REASON"; of a long path the end is shown. */
bool shot_place_fail(struct shot_error *err, int number, const char *path);

#endif
