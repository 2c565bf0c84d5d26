#include "base/descriptors.h"

#include <limits.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void shot_descriptors_close_from(int first)
{
	/* By its number: not every C library has the function. */
	if (syscall(SYS_close_range, (unsigned)first, UINT_MAX, 0) == 0) {
		return;
	}
	/* Linux before 5.9, or a filter of a container that does not know the call. */
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		for (rlim_t fd = (rlim_t)first; fd < limit.rlim_cur && fd <= INT_MAX; fd++) {
			close((int)fd);
		}
	}
}
