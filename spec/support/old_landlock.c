/* Preloaded, this makes the kernel's landlock one of LUASHOT_LANDLOCK's version: it says so, and
 * refuses what that one did not know. What a version does not keep is then not kept either. */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { CREATE_RULESET = 444, ASK_VERSION = 1, VERSIONS = 7 };

struct ruleset {
	uint64_t files, net, scoped;
};

static const struct ruleset known[VERSIONS] = {{0x1fff, 0, 0}, {0x3fff, 0, 0}, {0x7fff, 0, 0},
	{0x7fff, 3, 0}, {0xffff, 3, 0}, {0xffff, 3, 3}, {0xffff, 3, 3}};

static int version;

/* While there is an environment. */
__attribute__((constructor)) static void prepare(void)
{
	const char *text = getenv("LUASHOT_LANDLOCK");
	version = text ? atoi(text) : 0;
}

/* What is longer than the structure was then must be zero. */
static int check(const struct ruleset *asked, size_t size)
{
	const struct ruleset *may = &known[version - 1];
	if (asked->files & ~may->files) {
		return EINVAL;
	}
	if (size >= 16 && (asked->net & ~may->net)) {
		return may->net ? EINVAL : E2BIG;
	}
	return size >= 24 && (asked->scoped & ~may->scoped) ? E2BIG : 0;
}

__attribute__((visibility("default"))) long syscall(long number, ...)
{
	long arguments[6];
	va_list list;
	va_start(list, number);
	for (int i = 0; i < 6; i++) {
		arguments[i] = va_arg(list, long);
	}
	va_end(list);
	if (number == CREATE_RULESET && version >= 1 && version <= VERSIONS) {
		if (arguments[2] == ASK_VERSION) {
			return version;
		}
		errno = check((const struct ruleset *)arguments[0], (size_t)arguments[1]);
		if (errno) {
			return -1;
		}
	}
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
		arguments[5]);
}
