#include "output/recording.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/thread.h"
#include "base/wait.h"
#include "output/flight.h"
#include "output/track.h"

struct shot_recording {
	struct shot_queue *queue;
	struct shot_track
		track; /* the thread's, except that a flight recorder takes requests from any */
	pthread_t thread;
	bool has_thread, has_ended;
	unsigned generation; /* of the process, base/fork.h */
	int event;
	uint64_t last_sequence; /* of the captures that were put, */
	struct shot_rect last_place;

	pthread_mutex_t lock; /* of the rest, which the thread copies from its track */
	struct shot_recording_stats stats;
	struct shot_path_buffer path;
	bool is_over, has_failed;
	struct shot_error err, note;
};

static void tell(struct shot_recording *recording)
{
	eventfd_write(recording->event, 1);
}

/* Copies what callers read of the track; the lock is held. */
static void show(struct shot_recording *recording)
{
	const struct shot_track *track = &recording->track;
	recording->stats.encoded = track->encoded;
	recording->stats.files = track->files;
	recording->stats.bytes = track->bytes;
	recording->stats.kept = track->flight ? shot_flight_bytes(track->flight) : 0;
	recording->path = track->path;
	recording->note = track->note;
}

static void serve_saves(struct shot_recording *recording, bool is_end)
{
	if (shot_track_serve(&recording->track, is_end)) {
		tell(recording);
	}
}

static void *run(void *argument)
{
	struct shot_recording *recording = argument;
	struct shot_track *track = &recording->track;
	struct shot_update update;
	struct shot_error err;
	bool ok = true;
	while (ok && shot_queue_take(recording->queue, &update, shot_track_deadline(track))) {
		ok = shot_track_show(track, &update, &err);
		shot_queue_release(recording->queue, &update);
		ok = ok && shot_track_encode(track, &err);
		serve_saves(recording, false);
		if (ok && shot_clock_ns() >= shot_track_deadline(track)) {
			ok = shot_track_flush(track, &err);
		}
		pthread_mutex_lock(&recording->lock);
		recording->stats.lasts_ns = update.time_ns - track->began_ns;
		bool is_first = recording->stats.bytes == 0;
		show(recording);
		pthread_mutex_unlock(&recording->lock);
		if (track->flight && is_first) {
			tell(recording);
		}
	}
	if (ok) {
		ok = shot_track_finish(track, update.time_ns, &err);
	} else {
		shot_queue_abandon(recording->queue);
		shot_track_abandon(track);
	}
	serve_saves(recording, true);
	pthread_mutex_lock(&recording->lock);
	show(recording);
	recording->has_failed = !ok;
	recording->is_over = true;
	if (!ok) {
		recording->err = err;
	}
	pthread_mutex_unlock(&recording->lock);
	tell(recording);
	return NULL;
}

static bool start(struct shot_recording *recording, const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err)
{
	recording->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (recording->event < 0) {
		return shot_fail_errno(err, errno, "cannot make an eventfd");
	}
	recording->queue = shot_queue_create(options->waiting, err);
	if (!recording->queue || !shot_track_open(&recording->track, options, first, err)) {
		return false;
	}
	show(recording);
	int failed = shot_thread_start(&recording->thread, run, recording);
	if (failed) {
		return shot_fail_errno(err, failed, "cannot start the encoder's thread");
	}
	recording->has_thread = true;
	return true;
}

/* Waits for a flight recorder's first picture, which tells whether its encoder is fit. */
static bool await_first(struct shot_recording *recording, struct shot_error *err)
{
	struct shot_error note;
	while (!shot_recording_look(recording)) {
		if (shot_recording_stats(recording).bytes > 0) {
			return true;
		}
		shot_wait_readable(recording->event, -1, SHOT_FOREVER);
	}
	return shot_recording_result(recording, &note, err);
}

struct shot_recording *shot_recording_start(const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err)
{
	struct shot_recording *recording = calloc(1, sizeof *recording);
	if (!recording) {
		shot_fail(err, "ENOMEM", "no memory for a recording");
		return NULL;
	}
	recording->generation = shot_fork_generation();
	pthread_mutex_init(&recording->lock, NULL);
	bool has_room;
	if (!start(recording, options, first, err) ||
		!shot_recording_put(recording, first, &has_room, err) ||
		(recording->track.flight && !await_first(recording, err))) {
		shot_recording_destroy(recording);
		return NULL;
	}
	return recording;
}

/* Sets the changes since the last capture that was put. The frame's are those since the display's
 * previous capture of the same place, which another caller may have made, and which may be older
 * than the last one of another place. */
static void set_changes(struct shot_recording *recording, const struct shot_frame *frame,
	struct shot_update *update)
{
	const struct shot_rect place = {frame->x, frame->y, frame->view.width, frame->view.height};
	bool is_next = frame->sequence > 0 && frame->sequence == recording->last_sequence + 1 &&
		       shot_rect_equal(place, recording->last_place);
	recording->last_sequence = frame->sequence;
	recording->last_place = place;
	update->count = -1; /* anywhere, for all that is known */
	if (is_next && frame->changes) {
		update->count = frame->changes->count;
		_Static_assert(SHOT_CHANGES <= SHOT_UPDATE_RECTS, "all of them fit");
		memcpy(update->rects, frame->changes->rects,
			(size_t)update->count * sizeof update->rects[0]);
	}
}

bool shot_recording_put(struct shot_recording *recording, const struct shot_frame *frame,
	bool *has_room, struct shot_error *err)
{
	pthread_mutex_lock(&recording->lock);
	bool has_failed = recording->has_failed;
	if (has_failed) {
		*err = recording->err;
	}
	pthread_mutex_unlock(&recording->lock);
	struct shot_update update = {
		.view = frame->view, .time_ns = frame->time_ns, .wall_ns = frame->wall_ns};
	set_changes(recording, frame, &update);
	*has_room = !has_failed && shot_queue_put(recording->queue, &update);
	return !has_failed;
}

bool shot_recording_has_room(struct shot_recording *recording)
{
	pthread_mutex_lock(&recording->lock);
	bool has_failed = recording->has_failed;
	pthread_mutex_unlock(&recording->lock);
	return has_failed || shot_queue_has_room(recording->queue);
}

uint64_t shot_recording_save(struct shot_recording *recording, const char *template, double after,
	struct shot_error *err)
{
	struct shot_template_fields fields = recording->track.fields;
	fields.origin.wall_ns = shot_clock_wall_ns();
	uint64_t number = shot_flight_ask(recording->track.flight, template,
		shot_track_units(&recording->track, after), &fields, err);
	shot_queue_wake(recording->queue);
	return number;
}

enum shot_poll shot_recording_saved(struct shot_recording *recording, uint64_t number,
	struct shot_path_buffer *path, struct shot_error *err)
{
	return shot_flight_take(recording->track.flight, number, path, err);
}

void shot_recording_end(struct shot_recording *recording, int64_t time_ns)
{
	recording->has_ended = true;
	shot_queue_end(recording->queue, time_ns);
}

int shot_recording_fd(const struct shot_recording *recording)
{
	return recording->event;
}

bool shot_recording_look(struct shot_recording *recording)
{
	eventfd_t ignored;
	eventfd_read(recording->event, &ignored);
	pthread_mutex_lock(&recording->lock);
	bool is_over = recording->is_over;
	pthread_mutex_unlock(&recording->lock);
	return is_over;
}

struct shot_recording_stats shot_recording_stats(struct shot_recording *recording)
{
	pthread_mutex_lock(&recording->lock);
	struct shot_recording_stats stats = recording->stats;
	pthread_mutex_unlock(&recording->lock);
	stats.dropped = shot_queue_dropped(recording->queue);
	return stats;
}

void shot_recording_path(struct shot_recording *recording, struct shot_path_buffer *path)
{
	pthread_mutex_lock(&recording->lock);
	*path = recording->path;
	pthread_mutex_unlock(&recording->lock);
}

bool shot_recording_result(
	struct shot_recording *recording, struct shot_error *note, struct shot_error *err)
{
	pthread_mutex_lock(&recording->lock);
	bool has_failed = recording->has_failed;
	*note = recording->note;
	*err = recording->err;
	pthread_mutex_unlock(&recording->lock);
	return !has_failed;
}

void shot_recording_destroy(struct shot_recording *recording)
{
	if (!recording || recording->generation != shot_fork_generation()) {
		return; /* a forked child lacks the thread, and the rest is in an unknown state */
	}
	if (recording->has_thread) {
		if (!recording->has_ended) {
			shot_recording_end(recording, 0);
		}
		pthread_join(recording->thread, NULL);
	}
	shot_track_close(&recording->track);
	shot_queue_destroy(recording->queue);
	if (recording->event >= 0) {
		close(recording->event);
	}
	pthread_mutex_destroy(&recording->lock);
	free(recording);
}
