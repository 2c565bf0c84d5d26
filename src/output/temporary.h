/* A file without a name, or with a temporary one, until it is whole. */
#ifndef SHOT_OUTPUT_TEMPORARY_H
#define SHOT_OUTPUT_TEMPORARY_H

#include <stdbool.h>
#include <sys/types.h>

struct shot_temporary {
	int folder;
	int fd;	       /* for reading and writing */
	char name[32]; /* ".luashot-0123456789abcdef"; empty while the file has none */
};

/* Make an empty file in `folder` (a descriptor that must stay open), with `mode` less the umask. If
 * the file system can, the file has no name, so that nothing is left when the program is killed.
 * `named` makes one with a temporary name. These functions return an errno, or 0. */
int shot_temporary_make(struct shot_temporary *temporary, int folder, mode_t mode, bool named);

/* Give the file its name in its folder: with `replace` it replaces the file that has the name, in
 * one step; otherwise EEXIST. On success the temporary is finished. */
int shot_temporary_place(struct shot_temporary *temporary, const char *name, bool replace);

/* Close it and remove it, after any failure too. */
void shot_temporary_drop(struct shot_temporary *temporary);

/* Remove the leftovers of killed processes from `folder`: temporary files of this user without a
 * write for five minutes. A folder is swept at most once in ten minutes. */
void shot_temporary_sweep(int folder);

#endif
