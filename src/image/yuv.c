#include "image/yuv.h"
#include "base/library.h"

#include <pthread.h>

static struct shot_yuv yuv;
static bool is_there;

static void load(void)
{
	static const char *const names[] = {"ABGRToARGB", "ABGRToJ400", "ARGBCopy", "ARGBToABGR",
		"ARGBToI420", "ARGBToJ400", "ARGBToNV12", "ARGBToRAW", "ARGBToRGB24", "J400ToARGB",
		"RAWToARGB", "RAWToJ400", "RAWToRGB24", "RGB24ToARGB", "RGB24ToJ400", NULL};
	_Static_assert(sizeof yuv == sizeof names - sizeof *names, "a name for each pointer");
	struct shot_error err;
	is_there = shot_library_load(SHOT_LIBRARY_YUV, names, &yuv, &err);
}

const struct shot_yuv *shot_yuv(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, load);
	return is_there ? &yuv : NULL;
}
