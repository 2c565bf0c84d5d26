#include "process/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

void shot_descriptors_fill(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		/* open() takes the lowest number that is free. Where there is no such device, from
		 * the other neither reading nor writing is possible. */
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0) {
			open("/", O_PATH);
		}
	}
}
