/* Copies the mode and the owner of one file to another. */
#ifndef SHOT_OUTPUT_MODE_H
#define SHOT_OUTPUT_MODE_H

#include <stdbool.h>
#include <sys/stat.h>

#define SHOT_PERMISSIONS 07777

/* Give the open file a mode; an errno, or 0. ENOTSUP when the mode would have to change after
 * shot_mode_forbid. */
int shot_mode_set(int fd, mode_t mode);

/* Give the open file a mode, and the owner and group of another one; fails likewise. */
int shot_mode_copy(int fd, const struct stat *other, mode_t mode);

/* Whether the file has properties beyond mode, owner and group: access rights of further users, or
 * extended attributes. Replacing the file would lose them. */
bool shot_mode_is_lossy(int folder, const char *name);

/* Never change a mode or owner from now on: in a sandbox those calls count as an attack. */
void shot_mode_forbid(void);
bool shot_mode_is_forbidden(void);

#endif
