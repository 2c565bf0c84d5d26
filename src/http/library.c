#include "http/library.h"

#include <pthread.h>

#include "base/library.h"

static struct shot_mhd mhd;
static struct shot_error failure;
static bool is_there;

static void load(void)
{
	static const char *const names[] = {"MHD_start_daemon", "MHD_stop_daemon", "MHD_run",
		"MHD_get_daemon_info", "MHD_get_connection_info", "MHD_get_timeout",
		"MHD_suspend_connection", "MHD_resume_connection", "MHD_queue_response",
		"MHD_create_response_from_buffer", "MHD_create_response_from_callback",
		"MHD_create_response_from_fd64", "MHD_add_response_header", "MHD_destroy_response",
		"MHD_lookup_connection_value", NULL};
	_Static_assert(sizeof mhd == sizeof names - sizeof *names, "a name for each pointer");
	is_there = shot_library_load(SHOT_LIBRARY_MICROHTTPD, names, &mhd, &failure);
}

const struct shot_mhd *shot_mhd(struct shot_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, load);
	if (!is_there) {
		*err = failure;
		return NULL;
	}
	return &mhd;
}
