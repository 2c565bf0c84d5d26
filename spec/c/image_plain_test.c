/* The tests of conversion where libyuv cannot be loaded. link: --wrap=dlopen */
#include <dlfcn.h>

#include "image/yuv.h"
#include "image_convert_test.c"

void *__real_dlopen(const char *name, int flags);
void *__wrap_dlopen(const char *name, int flags);

void *__wrap_dlopen(const char *name, int flags)
{
	(void)name;
	return __real_dlopen("libnone.so.0", flags);
}

__attribute__((constructor)) static void expect_none(void)
{
	if (shot_yuv()) {
		abort();
	}
}
