/* The mode and the owner of a file that is to be like another one. */
#ifndef SHOT_OUTPUT_MODE_H
#define SHOT_OUTPUT_MODE_H

#include <stdbool.h>
#include <sys/stat.h>

#define SHOT_PERMISSIONS 07777

/* Give the open file a mode; an errno, or 0. ENOTSUP when it would have to be changed, which
 * shot_mode_forbid has forbidden. */
int shot_mode_set(int fd, mode_t mode);

/* Give the open file a mode, and the owner and group of another one; likewise. */
int shot_mode_copy(int fd, const struct stat *other, mode_t mode);

/* Whether the file has more to lose than its mode, owner and group: access rights of further users,
 * attributes that its user has given it. */
bool shot_mode_is_not_all(int folder, const char *name);

/* From now on no mode or owner of a file is changed: in a sandbox that counts as an attack. */
void shot_mode_forbid(void);

#endif
