/* For a test that is to run where libyuv cannot be loaded; it is linked with --wrap=dlopen. */
#ifndef SPEC_IMAGE_WITHOUT_YUV_H
#define SPEC_IMAGE_WITHOUT_YUV_H

#include <dlfcn.h>
#include <stdlib.h>

#include "image/yuv.h"

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

#endif
