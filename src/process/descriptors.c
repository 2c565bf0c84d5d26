#include "process/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

void shot_descriptors_fill(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		/* open() takes the lowest free number. Without the device, an O_PATH descriptor
		 * takes its place, which can be neither read nor written. */
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0) {
			open("/", O_PATH);
		}
	}
}
