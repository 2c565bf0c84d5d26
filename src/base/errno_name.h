/* The names of errno's values. */
#ifndef SHOT_BASE_ERRNO_NAME_H
#define SHOT_BASE_ERRNO_NAME_H

/* "ENOENT" for ENOENT; static. NULL for a number without a name. On any thread. */
const char *shot_errno_name(int number);

#endif
