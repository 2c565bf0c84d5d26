/* Keeps gcov's counts in files that all processes of a program map, for scripts/dev/coverage, which
 * links this with every program and library: lines count however a process ends, by SIGKILL too,
 * and in a sandbox, where no file can be written. shared_counts.ld puts the counts into a section
 * of whole pages.
 *
 * A program that is started with DUMP_COUNTS in its environment writes its counts as gcov does,
 * and ends. Otherwise gcov writes nothing: the linker has it call __wrap___gcov_exit. */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCAL __attribute__((visibility("hidden")))

extern LOCAL char shared_counts_begin[], shared_counts_end[];

void __gcov_dump(void);
LOCAL void __wrap___gcov_exit(void);

LOCAL void __wrap___gcov_exit(void)
{
}

/* The file of this program or library, and of copies that a spec makes of it: its name in
 * COUNTS_FOLDER. */
static int open_counts(void)
{
	Dl_info self;
	char own[PATH_MAX], path[PATH_MAX + sizeof COUNTS_FOLDER];
	if (!dladdr(shared_counts_begin, &self) || !realpath(self.dli_fname, own)) {
		return -1;
	}
	snprintf(path, sizeof path, "%s/%s", COUNTS_FOLDER, strrchr(own, '/') + 1);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		fchmod(fd, 0666); /* specs become other users */
	}
	if (fd >= 0 && ftruncate(fd, shared_counts_end - shared_counts_begin)) {
		close(fd);
		return -1;
	}
	return fd;
}

__attribute__((constructor)) static void map_counts(void)
{
	int fd = open_counts();
	if (fd < 0) {
		return; /* this process is not counted */
	}
	bool dumps = getenv("DUMP_COUNTS");
	mmap(shared_counts_begin, (size_t)(shared_counts_end - shared_counts_begin),
		PROT_READ | PROT_WRITE, MAP_FIXED | (dumps ? MAP_PRIVATE : MAP_SHARED), fd, 0);
	close(fd);
	if (dumps) {
		__gcov_dump();
		_exit(0);
	}
}
