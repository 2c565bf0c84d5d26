/* What memory of our own is made with, to fail by name: to be linked with --wrap of these four. */
#ifndef SPEC_FAILING_H
#define SPEC_FAILING_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *failing = ""; /* "memfd_create", … */

int __real_memfd_create(const char *name, unsigned flags);
int __wrap_memfd_create(const char *name, unsigned flags);
int __wrap_memfd_create(const char *name, unsigned flags)
{
	if (!strcmp(failing, "memfd_create")) {
		errno = EMFILE;
		return -1;
	}
	return __real_memfd_create(name, flags);
}

int __real_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size)
{
	if (!strcmp(failing, "ftruncate")) {
		errno = ENOSPC;
		return -1;
	}
	return __real_ftruncate(fd, size);
}

int __real_fcntl(int fd, int command, int argument);
int __wrap_fcntl(int fd, int command, int argument);
int __wrap_fcntl(int fd, int command, int argument)
{
	if (!strcmp(failing, "fcntl") && command == F_ADD_SEALS) {
		errno = EPERM;
		return -1;
	}
	return __real_fcntl(fd, command, argument);
}

void *__real_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	if (!strcmp(failing, "mmap") && fd >= 0) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return __real_mmap(at, size, protection, flags, fd, offset);
}

#endif
