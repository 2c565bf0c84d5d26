/* Runs another program as a child of this one, in its terminal, with its descriptors and
 * environment. */
#ifndef SHOT_PROCESS_PROGRAM_H
#define SHOT_PROCESS_PROGRAM_H

#include <stdbool.h>

#include "base/error.h"

/* Run argv[0], as the shell finds it, with its arguments, NULL-terminated, until it ends. `status`
 * is its own, or 128 + the signal that ended it. SIGTERM, SIGHUP, SIGINT and SIGQUIT that other
 * processes send to this one go to the program, which gets SIGTERM when this process ends. ENOENT,
 * EACCES and the like when it cannot be run; `status` is then 127 or 126, as with a shell. Call it
 * while there is one thread. */
bool shot_program_run(char *const argv[], int *status, struct shot_error *err);

#endif
