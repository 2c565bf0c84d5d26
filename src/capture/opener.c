#include "capture/opener.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"

#define LAST_SECONDS \
	1 /* for a thread that is broken off to end; looking up a host may take longer */

struct shot_opener {
	atomic_bool is_left; /* set by the first of thread and caller to finish with it; the second
				frees it */
	pthread_t thread;
	bool is_joined;
	struct shot_breaker breaker;
	int fd;
	struct shot_grabber_options options;
	char *name;
	struct shot_grabber *grabber;
	struct shot_error err;
};

static void finish(struct shot_opener *opener)
{
	shot_grabber_close(opener->grabber);
	shot_breaker_finish(&opener->breaker);
	close(opener->fd);
	free(opener->name);
	free(opener);
}

static void *open_display(void *argument)
{
	struct shot_opener *opener = argument;
	opener->grabber = shot_grabber_open(&opener->options, &opener->err);
	eventfd_write(opener->fd, 1);
	if (atomic_exchange(&opener->is_left, true)) {
		finish(opener);
	}
	return NULL;
}

struct shot_opener *shot_opener_begin(
	const struct shot_grabber_options *options, struct shot_error *err)
{
	struct shot_opener *opener = calloc(1, sizeof *opener);
	if (!opener) {
		shot_fail_errno(err, ENOMEM, "cannot open a display");
		shot_source_close(options->ready);
		return NULL;
	}
	opener->options = *options;
	shot_breaker_init(&opener->breaker);
	opener->options.breaker = &opener->breaker;
	opener->fd = eventfd(0, EFD_CLOEXEC);
	opener->name = options->display ? strdup(options->display) : NULL;
	opener->options.display = opener->name;
	if (options->kind->prepare) {
		options->kind->prepare();
	}
	int failed = opener->fd < 0 ? errno : 0;
	if (!failed && options->display && !opener->name) {
		failed = ENOMEM;
	}
	if (!failed) {
		failed = shot_thread_start(&opener->thread, open_display, opener);
	}
	if (failed) {
		shot_fail_errno(err, failed, "cannot open a display");
		if (opener->fd >= 0) {
			close(opener->fd);
		}
		shot_source_close(options->ready);
		shot_breaker_finish(&opener->breaker);
		free(opener->name);
		free(opener);
		return NULL;
	}
	return opener;
}

int shot_opener_fd(const struct shot_opener *opener)
{
	return opener->fd;
}

struct shot_grabber *shot_opener_take(struct shot_opener *opener, struct shot_error *err)
{
	assert(!opener->is_joined);
	pthread_join(opener->thread, NULL); /* the thread has nothing left to do */
	opener->is_joined = true;
	struct shot_grabber *grabber = opener->grabber;
	opener->grabber = NULL;
	*err = opener->err;
	return grabber;
}

void shot_opener_destroy(struct shot_opener *opener)
{
	if (!opener) {
		return;
	}
	pthread_t thread = opener->thread;
	struct timespec deadline;
	if (opener->is_joined) {
		finish(opener);
		return;
	}
	shot_breaker_break(&opener->breaker);
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += LAST_SECONDS;
	if (pthread_timedjoin_np(thread, NULL, &deadline) == 0) {
		finish(opener);
	} else if (atomic_exchange(&opener->is_left, true)) {
		pthread_join(thread, NULL);
		finish(opener);
	} else {
		pthread_detach(thread);
	}
}
