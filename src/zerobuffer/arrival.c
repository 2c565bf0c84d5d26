#include "zerobuffer/arrival.h"

#include "base/clock.h"
#include "base/wait.h"
#include "zerobuffer/reading.h"

bool zb_arrival_take(struct zb_reader *reader)
{
	if (reader->tokens) {
		reader->tokens--;
		return true;
	}
	return (reader->waiter && zb_waiter_take(reader->waiter)) ||
	       zb_semaphore_try(&reader->object.data);
}

/* Sleep, without the lock. */
static enum zb_wait wait_token(struct zb_reader *reader, int64_t deadline)
{
	const struct zb_waiter *waiter = reader->waiter;
	enum zb_wait wait;
	reader->waiting++;
	pthread_mutex_unlock(&reader->lock);
	if (waiter) {
		int fd = zb_waiter_fd(waiter);
		wait = shot_wait_readable(fd, -1, deadline) == SHOT_WAIT_SIGNAL ? ZB_WAIT_SIGNAL
										: ZB_WAIT_TIMEOUT;
	} else {
		wait = zb_semaphore_wait(&reader->object.data, deadline);
	}
	pthread_mutex_lock(&reader->lock);
	reader->waiting--;
	reader->tokens += wait == ZB_WAIT_TOKEN;
	reader->writer.next = 0; /* having slept, a look costs nothing */
	if (reader->closed) {
		pthread_cond_broadcast(&reader->left);
	}
	return wait;
}

bool zb_arrival_await(struct zb_reader *reader, int64_t deadline, struct shot_error *err)
{
	if (reader->waiter) {
		zb_waiter_arm(reader->waiter, zb_load(&reader->object.oieb->writer_pid));
		reader->writer.next = 0; /* a loop was woken for it */
	}
	int64_t now = shot_clock_ns();
	bool gone = zb_presence_is_known_gone(&reader->writer, &reader->object, now);
	if (zb_arrival_take(reader)) { /* it may have written just before it went */
		reader->tokens++;
		return true;
	}
	if (gone) {
		return shot_fail(err, "EWRITERDEAD", "the writer of the ring %s is gone",
			reader->object.name.text);
	}
	if (now >= deadline) {
		return shot_fail(err, "ETIMEDOUT", "no frame came through the ring %s in time",
			reader->object.name.text);
	}
	int64_t pause = reader->writer.next < deadline ? reader->writer.next : deadline;
	if (wait_token(reader, reader->waiter ? deadline : pause) == ZB_WAIT_SIGNAL) {
		return shot_fail(err, "EINTR", "a signal came while waiting for the ring %s",
			reader->object.name.text);
	}
	return true;
}
