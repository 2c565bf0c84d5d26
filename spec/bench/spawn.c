/* A contender that is a whole program: spawn LABEL PROGRAM [ARGUMENT ...] runs it to its end,
 * output discarded, once per turn. */
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve.h"

extern char **environ;

static int64_t work(void *context, long count)
{
	char **arguments = context;
	posix_spawn_file_actions_t quiet;
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	for (long i = 0; i < count; i++) {
		pid_t child;
		int status;
		int error = posix_spawnp(&child, arguments[0], &quiet, NULL, arguments, environ);
		if (error) {
			bench_die("%s: %s", arguments[0], strerror(error));
		}
		if (waitpid(child, &status, 0) < 0 || status != 0) {
			bench_die("%s failed with status %#x", arguments[0], status);
		}
	}
	posix_spawn_file_actions_destroy(&quiet);
	return -1;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		bench_die("usage: spawn LABEL PROGRAM [ARGUMENT ...]");
	}
	return bench_serve(argv[1], work, argv + 2);
}
