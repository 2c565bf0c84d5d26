#include "output/recording.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/thread.h"
#include "output/flight.h"
#include "output/video_file.h"
#include "video/queue.h"

struct shot_recording {
	struct shot_encoder *encoder;
	struct shot_queue *queue;
	struct shot_flight *flight; /* for a flight recorder, */
	char *template;		    /* or the names of the files */
	pthread_t thread;
	bool has_thread, has_ended;
	unsigned generation; /* of the process, base/fork.h */
	int event;
	uint64_t last_sequence; /* of the captures that were put */

	/* The encoder's thread's; times are in the encoder's time base, from the first capture on.
	 */
	struct shot_packet_sink sink;
	AVRational base;
	bool is_constant;
	double speed;
	bool is_appended;
	int64_t began_ns;
	int64_t second, key_every, segment; /* lengths; segment: INT64_MAX for one file */
	int64_t last, last_key, now, boundary;
	int64_t wall_offset; /* from the monotonic clock */
	struct shot_video_file *file;
	struct shot_template_fields fields;
	char source[SHOT_FRAME_SOURCE];

	pthread_mutex_t lock; /* of the rest */
	struct shot_recording_stats stats;
	struct shot_path_buffer path;
	bool is_over, has_failed;
	struct shot_error err, note;
};

static int64_t units(const struct shot_recording *recording, double seconds)
{
	double count = seconds * recording->base.den / recording->base.num;
	return count >= 1e15 ? INT64_MAX : llround(count);
}

static int64_t moment(const struct shot_recording *recording, int64_t time_ns)
{
	double seconds = (double)(time_ns - recording->began_ns) / SHOT_NS_PER_S;
	return units(recording, seconds / recording->speed);
}

static double seconds_of(const struct shot_recording *recording, int64_t time)
{
	return (double)time * recording->base.num / recording->base.den;
}

/* --- files --------------------------------------------------------------------------------------
 */

static bool open_file(struct shot_recording *recording, int64_t time, struct shot_error *err)
{
	struct shot_template_fields *fields = &recording->fields;
	double since = seconds_of(recording, time) * recording->speed;
	fields->origin.wall_ns =
		recording->began_ns + recording->wall_offset + (int64_t)(since * SHOT_NS_PER_S);
	fields->sequence++;
	const struct shot_video_file_options how = {
		.is_slow = recording->speed > 1, .is_appended = recording->is_appended};
	recording->file = shot_video_file_open(
		recording->template, fields, shot_encoder_context(recording->encoder), &how, err);
	if (!recording->file) {
		return false;
	}
	pthread_mutex_lock(&recording->lock);
	recording->stats.files++;
	snprintf(recording->path.text, sizeof recording->path.text, "%s",
		shot_video_file_path(recording->file));
	pthread_mutex_unlock(&recording->lock);
	return true;
}

static bool finish_file(struct shot_recording *recording, int64_t until, struct shot_error *err)
{
	struct shot_error note = {0};
	bool ok = !recording->file || shot_video_file_finish(recording->file, until, &note, err);
	shot_video_file_close(recording->file);
	recording->file = NULL;
	if (note.code) {
		pthread_mutex_lock(&recording->lock);
		recording->note = note;
		pthread_mutex_unlock(&recording->lock);
	}
	return ok;
}

/* The next file begins with the picture after the last one of the file before. */
static bool next_file(struct shot_recording *recording, int64_t time, struct shot_error *err)
{
	while (recording->boundary <= time) {
		recording->boundary += recording->segment;
	}
	return finish_file(recording, time, err) && open_file(recording, time, err);
}

static bool take_packet(struct shot_packet_sink *sink, AVPacket *packet, struct shot_error *err)
{
	struct shot_recording *recording = SHOT_CONTAINER(sink, struct shot_recording, sink);
	pthread_mutex_lock(&recording->lock);
	recording->stats.bytes += (uint64_t)packet->size;
	pthread_mutex_unlock(&recording->lock);
	if (recording->flight) {
		return shot_flight_add(recording->flight, packet, err);
	}
	bool is_key = packet->flags & AV_PKT_FLAG_KEY;
	if (is_key && packet->pts >= recording->boundary &&
		!next_file(recording, packet->pts, err)) {
		return false;
	}
	return shot_video_file_put(recording->file, packet, err);
}

/* --- pictures -----------------------------------------------------------------------------------
 */

static bool encode(struct shot_recording *recording, int64_t time, struct shot_error *err)
{
	bool is_key = recording->last < 0 || time - recording->last_key >= recording->key_every ||
		      time >= recording->boundary ||
		      (recording->flight && shot_flight_needs_key(recording->flight));
	if (is_key) {
		recording->last_key = time;
	}
	recording->last = time;
	pthread_mutex_lock(&recording->lock);
	recording->stats.encoded++;
	pthread_mutex_unlock(&recording->lock);
	return shot_encoder_encode(recording->encoder, time, is_key, &recording->sink, err);
}

/* In a video with a constant rate: encodes the pictures between the last one and `time`. */
static bool fill(struct shot_recording *recording, int64_t time, struct shot_error *err)
{
	while (recording->is_constant && recording->last >= 0 && recording->last + 1 < time) {
		if (!encode(recording, recording->last + 1, err)) {
			return false;
		}
	}
	return true;
}

static bool record(
	struct shot_recording *recording, const struct shot_update *update, struct shot_error *err)
{
	int64_t time = moment(recording, update->time_ns);
	recording->now = time;
	recording->wall_offset = update->wall_ns - update->time_ns;
	if (!fill(recording, time, err)) {
		return false;
	}
	bool changed = false;
	if (update->view.owner && !shot_encoder_update(recording->encoder, &update->view,
					  update->rects, update->count, &changed, err)) {
		return false;
	}
	if (!recording->is_constant && changed && time <= recording->last) {
		time = recording->last + 1; /* two within one unit of time */
	}
	bool is_due =
		changed || recording->is_constant || time - recording->last >= recording->second;
	return !is_due || time <= recording->last || encode(recording, time, err);
}

static void tell(struct shot_recording *recording)
{
	eventfd_write(recording->event, 1);
}

static void serve_saves(struct shot_recording *recording, bool is_end)
{
	if (recording->flight && shot_flight_serve(recording->flight, recording->now, is_end)) {
		tell(recording);
	}
}

/* Encodes the end of the video, after the last capture. */
static bool finish(struct shot_recording *recording, int64_t end_ns, struct shot_error *err)
{
	int64_t end = moment(recording, end_ns);
	end = end > recording->last ? end : recording->last + 1;
	recording->now = end;
	bool ok = fill(recording, end, err) &&
		  shot_encoder_flush(recording->encoder, &recording->sink, err);
	return finish_file(recording, end, ok ? err : &(struct shot_error){0}) && ok;
}

static void *run(void *argument)
{
	struct shot_recording *recording = argument;
	struct shot_update update;
	struct shot_error err;
	bool ok = true;
	while (ok && shot_queue_take(recording->queue, &update)) {
		ok = record(recording, &update, &err);
		shot_view_unref(&update.view);
		serve_saves(recording, false);
		pthread_mutex_lock(&recording->lock);
		recording->stats.lasts_ns = update.time_ns - recording->began_ns;
		recording->stats.kept =
			recording->flight ? shot_flight_bytes(recording->flight) : 0;
		pthread_mutex_unlock(&recording->lock);
	}
	if (ok) {
		ok = finish(recording, update.time_ns, &err);
	} else {
		shot_queue_abandon(recording->queue);
		finish_file(recording, recording->last + 1, &(struct shot_error){0});
	}
	serve_saves(recording, true);
	pthread_mutex_lock(&recording->lock);
	recording->has_failed = !ok;
	recording->is_over = true;
	if (!ok) {
		recording->err = err;
	}
	pthread_mutex_unlock(&recording->lock);
	tell(recording);
	return NULL;
}

/* --- the caller's thread ------------------------------------------------------------------------
 */

static void set_times(
	struct shot_recording *recording, const struct shot_recording_options *options)
{
	recording->base = shot_encoder_base(recording->encoder);
	recording->is_constant = options->encoder.is_constant;
	recording->speed = options->speed;
	recording->second = units(recording, 1);
	recording->key_every = units(recording, options->keyframe);
	double segment = options->segment / options->speed;
	recording->segment = segment > 0 ? units(recording, segment) : INT64_MAX;
	recording->boundary = recording->segment;
	recording->last = -recording->second;
}

static void set_origin(struct shot_recording *recording, const struct shot_frame *first)
{
	memcpy(recording->source, first->source, sizeof recording->source);
	recording->fields.origin = (struct shot_origin){.source = recording->source,
		.rect = {first->x, first->y, first->view.width, first->view.height}};
	recording->began_ns = first->time_ns;
	recording->wall_offset = first->wall_ns - first->time_ns;
}

static bool open_all(struct shot_recording *recording, const struct shot_recording_options *options,
	struct shot_error *err)
{
	recording->queue = shot_queue_create(options->waiting, err);
	recording->encoder = recording->queue ? shot_encoder_open(&options->encoder, err) : NULL;
	if (!recording->encoder) {
		return false;
	}
	set_times(recording, options);
	if ((!options->template || options->segment > 0) &&
		!shot_encoder_has_keys(recording->encoder)) {
		return shot_fail(err, "EINVAL", "an animation by the encoder %s cannot be cut",
			shot_encoder_context(recording->encoder)->codec->name);
	}
	if (!options->template) {
		recording->flight = shot_flight_create(shot_encoder_context(recording->encoder),
			units(recording, options->last), options->bytes, err);
		return recording->flight;
	}
	recording->is_appended = options->is_appended;
	recording->template = strdup(options->template);
	return recording->template ? open_file(recording, 0, err)
				   : shot_fail(err, "ENOMEM", "no memory for the name of a file");
}

static bool start(struct shot_recording *recording, const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err)
{
	set_origin(recording, first);
	recording->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (recording->event < 0) {
		return shot_fail_errno(err, errno, "cannot make an eventfd");
	}
	if (!open_all(recording, options, err)) {
		return false;
	}
	int failed = shot_thread_start(&recording->thread, run, recording);
	if (failed) {
		return shot_fail_errno(err, failed, "cannot start the encoder's thread");
	}
	recording->has_thread = true;
	return true;
}

struct shot_recording *shot_recording_start(const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err)
{
	struct shot_recording *recording = calloc(1, sizeof *recording);
	if (!recording) {
		shot_fail(err, "ENOMEM", "no memory for a recording");
		return NULL;
	}
	recording->sink.take = take_packet;
	recording->generation = shot_fork_generation();
	pthread_mutex_init(&recording->lock, NULL);
	bool has_room;
	if (!start(recording, options, first, err) ||
		!shot_recording_put(recording, first, &has_room, err)) {
		shot_recording_destroy(recording);
		return NULL;
	}
	return recording;
}

/* Sets the changes since the last capture that was put. The frame's changes are relative to the
 * display's previous capture, which another caller may have made. */
static void set_changes(struct shot_recording *recording, const struct shot_frame *frame,
	struct shot_update *update)
{
	bool is_next = frame->sequence > 0 && frame->sequence == recording->last_sequence + 1;
	recording->last_sequence = frame->sequence;
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

uint64_t shot_recording_save(struct shot_recording *recording, const char *template, double after,
	struct shot_error *err)
{
	struct shot_template_fields fields = recording->fields;
	fields.origin.wall_ns = shot_clock_wall_ns();
	uint64_t number =
		shot_flight_ask(recording->flight, template, units(recording, after), &fields, err);
	shot_queue_wake(recording->queue);
	return number;
}

enum shot_poll shot_recording_saved(struct shot_recording *recording, uint64_t number,
	struct shot_path_buffer *path, struct shot_error *err)
{
	return shot_flight_take(recording->flight, number, path, err);
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
	shot_video_file_close(recording->file);
	shot_flight_destroy(recording->flight);
	shot_encoder_close(recording->encoder);
	shot_queue_destroy(recording->queue);
	if (recording->event >= 0) {
		close(recording->event);
	}
	free(recording->template);
	pthread_mutex_destroy(&recording->lock);
	free(recording);
}
