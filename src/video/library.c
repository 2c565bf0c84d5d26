#include "video/library.h"

#include <pthread.h>
#include <string.h>

#include "base/library.h"
#include "video/functions.h"

enum { LONGEST = 160 };

static struct shot_video_library library;
static struct shot_error reason;
static bool is_there;

/* The libraries report the reason against an option only as text, to one log function for the whole
 * process, on the calling thread. */
static _Thread_local char complaint[LONGEST];
static _Thread_local char said[LONGEST];

static void listen(void *source, int level, const char *format, va_list arguments)
{
	if (level <= AV_LOG_ERROR) {
		int print_prefix = 0;
		library.av_log_format_line2(
			source, level, format, arguments, complaint, LONGEST, &print_prefix);
		complaint[strcspn(complaint, "\n")] = '\0';
	}
}

static void load(void)
{
#define NAME(name) #name,
	static const char *const names[] = {SHOT_VIDEO_FUNCTIONS(NAME) NULL};
#undef NAME
	_Static_assert(sizeof library == sizeof names - sizeof *names, "a name for each pointer");
	/* libavformat is linked to the others. */
	is_there = shot_library_load(SHOT_LIBRARY_AVFORMAT, names, &library, &reason);
	if (is_there) {
		library.av_log_set_callback(listen);
	}
}

const struct shot_video_library *shot_video_library(struct shot_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, load);
	if (!is_there) {
		shot_fail(err, "ENOTSUP", "cannot make videos: %s", reason.message);
		return NULL;
	}
	return &library;
}

const char *shot_video_complaint(void)
{
	memcpy(said, complaint, sizeof said);
	*complaint = '\0';
	return said;
}

bool shot_video_fail(struct shot_error *err, int status, const char *what)
{
	const char *words = shot_video_complaint();
	int number = AVUNERROR(status);
	if (number > 0 && number < 4096 && number != EINVAL && number != EPERM) {
		return shot_fail_errno(err, number, "%s", what);
	}
	char text[LONGEST] = "";
	library.av_strerror(status, text, sizeof text);
	return shot_fail(err, "EINVAL", "%s: %s", what, *words ? words : text);
}
