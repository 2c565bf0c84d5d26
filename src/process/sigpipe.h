/* A reader that goes away while something is written to it. */
#ifndef SHOT_PROCESS_SIGPIPE_H
#define SHOT_PROCESS_SIGPIPE_H

/* From now on a write into a broken pipe or socket fails with EPIPE, which the script sees, instead
 * of ending the host; but when it is standard output that nobody reads any more (luashot … | head),
 * SIGPIPE still ends the host, as it ends other programs. Children start with the default. A
 * SIGPIPE that was ignored from the start stays so. */
void shot_pipe_start(void);

#endif
