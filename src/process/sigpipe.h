/* Handles the signals of write(2): SIGPIPE when the reader has gone, SIGXFSZ when a file grows
 * beyond RLIMIT_FSIZE. */
#ifndef SHOT_PROCESS_SIGPIPE_H
#define SHOT_PROCESS_SIGPIPE_H

/* From now on a write into a broken pipe or socket fails with EPIPE, which the script sees, instead
 * of ending the host; but when standard output has lost its reader (luashot … | head), SIGPIPE
 * still ends the host, as it ends other programs. A write beyond RLIMIT_FSIZE fails with EFBIG.
 * Children start with the default; a signal that was ignored from the start stays so. */
void shot_sigpipe_start(void);

#endif
