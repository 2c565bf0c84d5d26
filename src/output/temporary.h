/* A file that has no name, or one that nobody looks for, until it is whole. */
#ifndef SHOT_OUTPUT_TEMPORARY_H
#define SHOT_OUTPUT_TEMPORARY_H

#include <stdbool.h>
#include <sys/types.h>

struct shot_temporary {
	int folder;
	int fd;	       /* for writing */
	char name[32]; /* ".luashot-0123456789abcdef"; empty while the file has none */
};

/* Make an empty file in `folder` (a descriptor that must stay open), with `mode` as the umask lets
 * it through. Where the file system can, it has no name: nothing is left of it when the program is
 * killed. `named` asks for one that has. These return an errno, or 0. */
int shot_temporary_make(struct shot_temporary *temporary, int folder, mode_t mode, bool named);

/* Give the file its name in its folder: with `replace` whatever has it now is replaced, in one
 * step, else EEXIST. The temporary is over on success. */
int shot_temporary_place(struct shot_temporary *temporary, const char *name, bool replace);

/* Close it and remove it, after any failure too. */
void shot_temporary_drop(struct shot_temporary *temporary);

/* Remove what savers that were killed have left in `folder`: files of this user with the name of a
 * temporary one, that nobody has written to for five minutes. A folder is looked through once in
 * ten minutes, however much is saved there. */
void shot_temporary_sweep(int folder);

#endif
