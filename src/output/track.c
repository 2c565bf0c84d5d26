#include "output/track.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "output/flight.h"
#include "output/video_file.h"

int64_t shot_track_units(const struct shot_track *track, double seconds)
{
	double count = seconds * track->base.den / track->base.num;
	return count >= 1e15 ? INT64_MAX : llround(count);
}

static int64_t moment(const struct shot_track *track, int64_t time_ns)
{
	double seconds = (double)(time_ns - track->began_ns) / SHOT_NS_PER_S;
	return shot_track_units(track, seconds / track->speed);
}

static double seconds_of(const struct shot_track *track, int64_t time)
{
	return (double)time * track->base.num / track->base.den;
}

static bool open_file(struct shot_track *track, int64_t time, struct shot_error *err)
{
	struct shot_template_fields *fields = &track->fields;
	double since = seconds_of(track, time) * track->speed;
	fields->origin.wall_ns =
		track->began_ns + track->wall_offset + (int64_t)(since * SHOT_NS_PER_S);
	fields->sequence++;
	track->file = shot_video_file_open(track->template, fields,
		shot_encoder_context(track->encoder), track->is_appended, err);
	if (!track->file) {
		return false;
	}
	track->files++;
	snprintf(
		track->path.text, sizeof track->path.text, "%s", shot_video_file_path(track->file));
	return true;
}

static bool finish_file(struct shot_track *track, int64_t until, struct shot_error *err)
{
	struct shot_error note = {0};
	bool ok = !track->file || shot_video_file_finish(track->file, until, &note, err);
	shot_video_file_close(track->file);
	track->file = NULL;
	if (note.code) {
		track->note = note;
	}
	return ok;
}

/* The next file begins with the picture after the last one of the file before. */
static bool next_file(struct shot_track *track, int64_t time, struct shot_error *err)
{
	while (track->boundary <= time) {
		track->boundary += track->segment;
	}
	return finish_file(track, time, err) && open_file(track, time, err);
}

static bool take_packet(struct shot_packet_sink *sink, AVPacket *packet, struct shot_error *err)
{
	struct shot_track *track = SHOT_CONTAINER(sink, struct shot_track, sink);
	track->bytes += (uint64_t)packet->size;
	if (track->flight) {
		return shot_flight_add(track->flight, packet, err);
	}
	bool is_key = packet->flags & AV_PKT_FLAG_KEY;
	if (is_key && packet->pts >= track->boundary && !next_file(track, packet->pts, err)) {
		return false;
	}
	return shot_video_file_put(track->file, packet, err);
}

/* A file that somebody removes is the end of a recording; where files follow one another the next
 * one begins. */
static bool check_file(struct shot_track *track, int64_t time, struct shot_error *err)
{
	if (!track->file || shot_video_file_is_there(track->file, err)) {
		return true;
	}
	track->boundary = time;
	return track->segment != INT64_MAX;
}

/* Pictures that wait in the encoder would be missing in a file that is saved now, and need memory
 * that nobody counts. */
static bool fail_delay(const struct shot_track *track, struct shot_error *err)
{
	return shot_fail(err, "EINVAL",
		"the encoder %s holds pictures back, so that a recorder's file would lack the "
		"newest: give it options without delay",
		shot_encoder_context(track->encoder)->codec->name);
}

static bool encode(struct shot_track *track, int64_t time, struct shot_error *err)
{
	if (!check_file(track, time, err)) {
		return false;
	}
	bool is_key = track->last < 0 || time - track->last_key >= track->key_every ||
		      time >= track->boundary ||
		      (track->flight && shot_flight_needs_key(track->flight));
	if (is_key) {
		track->last_key = time;
	}
	track->last = time;
	track->encoded++;
	return shot_encoder_encode(track->encoder, time, is_key, &track->sink, err) &&
	       (!track->flight || track->bytes > 0 || fail_delay(track, err));
}

/* In a video with a constant rate: encodes the pictures between the last one and `time`. */
static bool fill(struct shot_track *track, int64_t time, struct shot_error *err)
{
	while (track->is_constant && track->last >= 0 && track->last + 1 < time) {
		if (!encode(track, track->last + 1, err)) {
			return false;
		}
	}
	return true;
}

bool shot_track_show(
	struct shot_track *track, const struct shot_update *update, struct shot_error *err)
{
	track->now = moment(track, update->time_ns);
	track->wall_offset = update->wall_ns - update->time_ns;
	track->has_changed = false;
	return fill(track, track->now, err) &&
	       (!update->view.owner ||
		       shot_encoder_update(track->encoder, &update->view, update->rects,
			       update->count, &track->has_changed, err));
}

bool shot_track_encode(struct shot_track *track, struct shot_error *err)
{
	int64_t time = track->now;
	if (!track->is_constant && track->has_changed && time <= track->last) {
		time = track->last + 1; /* two within one unit of time */
	}
	bool is_due = track->has_changed || track->is_constant ||
		      time - track->last >= track->repeat_every;
	return !is_due || time <= track->last || encode(track, time, err);
}

int64_t shot_track_deadline(struct shot_track *track)
{
	return track->flight ? shot_flight_deadline(track->flight)
			     : shot_video_file_deadline(track->file);
}

bool shot_track_flush(struct shot_track *track, struct shot_error *err)
{
	int64_t until = track->now > track->last ? track->now : track->last + 1;
	if (track->flight) {
		shot_flight_flush(track->flight, until);
		return true;
	}
	return shot_video_file_flush(track->file, until, err);
}

bool shot_track_serve(struct shot_track *track, bool is_end)
{
	return track->flight && shot_flight_serve(track->flight, track->now, is_end);
}

bool shot_track_finish(struct shot_track *track, int64_t end_ns, struct shot_error *err)
{
	int64_t end = moment(track, end_ns);
	end = end > track->last ? end : track->last + 1;
	track->now = end;
	bool ok = fill(track, end, err) && check_file(track, end, err) &&
		  shot_encoder_flush(track->encoder, &track->sink, err);
	return finish_file(track, end, ok ? err : &(struct shot_error){0}) && ok;
}

void shot_track_abandon(struct shot_track *track)
{
	finish_file(track, track->last + 1, &(struct shot_error){0});
}

static void set_times(struct shot_track *track, const struct shot_recording_options *options)
{
	track->base = shot_encoder_base(track->encoder);
	track->is_constant = options->encoder.is_constant;
	track->speed = options->speed;
	track->repeat_every = shot_track_units(track, (double)SHOT_QUEUE_STILL_NS / SHOT_NS_PER_S);
	track->key_every = shot_track_units(track, options->keyframe);
	double segment = options->segment / options->speed;
	track->segment = segment > 0 ? shot_track_units(track, segment) : INT64_MAX;
	track->boundary = track->segment;
	track->last = -track->repeat_every;
}

static void set_origin(struct shot_track *track, const struct shot_frame *first)
{
	memcpy(track->source, first->source, sizeof track->source);
	track->fields.origin = (struct shot_origin){.source = track->source,
		.rect = {first->x, first->y, first->view.width, first->view.height}};
	track->began_ns = first->time_ns;
	track->wall_offset = first->wall_ns - first->time_ns;
}

bool shot_track_open(struct shot_track *track, const struct shot_recording_options *options,
	const struct shot_frame *first, struct shot_error *err)
{
	*track = (struct shot_track){.sink.take = take_packet};
	set_origin(track, first);
	track->encoder = shot_encoder_open(&options->encoder, err);
	if (!track->encoder) {
		return false;
	}
	set_times(track, options);
	if ((!options->template || options->segment > 0) &&
		!shot_encoder_has_keys(track->encoder)) {
		return shot_fail(err, "EINVAL", "an animation by the encoder %s cannot be cut",
			shot_encoder_context(track->encoder)->codec->name);
	}
	if (!options->template) {
		track->flight = shot_flight_create(shot_encoder_context(track->encoder),
			shot_track_units(track, options->last), options->bytes, err);
		return track->flight;
	}
	track->is_appended = options->is_appended;
	track->template = strdup(options->template);
	return track->template ? open_file(track, 0, err)
			       : shot_fail(err, "ENOMEM", "no memory for the name of a file");
}

void shot_track_close(struct shot_track *track)
{
	shot_video_file_close(track->file);
	shot_flight_destroy(track->flight);
	shot_encoder_close(track->encoder);
	free(track->template);
}
